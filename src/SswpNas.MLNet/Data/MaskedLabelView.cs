namespace SswpNas.MLNet.Data;

/// <summary>A data view in which the label is missing (key 0) outside the kept rows; nothing else differs.</summary>
internal sealed class MaskedLabelView(IDataView source, DataViewSchema.Column label, HashSet<DataViewRowId> kept)
    : DataViewOver(source)
{
    /// <summary>Keeps the labels of the rows that are chosen from all labels and class names.</summary>
    public static MaskedLabelView Of(IDataView data, string labelColumn, Func<int[], string[], int[]> choose)
    {
        (LabelColumn label, RowIds rows) = RowIds.ReadLabels(data, labelColumn);
        return new MaskedLabelView(data, label.Column, rows.At(choose(rows.Labels, label.ClassNames)));
    }

    protected override DataViewRowCursor Wrap(DataViewRowCursor cursor) => new Cursor(cursor, label, kept);

    private sealed class Cursor(DataViewRowCursor source, DataViewSchema.Column label, HashSet<DataViewRowId> kept)
        : CursorOver(source)
    {
        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            ValueGetter<TValue> getter = Source.GetGetter<TValue>(column);
            if (column.Index != label.Index) return getter;
            ValueGetter<DataViewRowId> idGetter = Source.GetIdGetter();
            DataViewRowId id = default;
            return (ref TValue value) =>
            {
                idGetter(ref id);
                // A key's default is 0, the missing value, whatever unsigned type it is stored in.
                if (kept.Contains(id)) getter(ref value);
                else value = default!;
            };
        }
    }
}
