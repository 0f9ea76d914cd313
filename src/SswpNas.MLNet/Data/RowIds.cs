namespace SswpNas.MLNet.Data;

/// <summary>
/// The labels of a data view with the ids of their rows. The id is what names a row for ML.NET: it is the same in
/// serial, shuffled and partitioned cursors, where the position is not.
/// </summary>
/// <param name="Ids">Row ids in ascending order, so that what is drawn does not depend on the order of reading.</param>
/// <param name="Labels">Class numbers by row, or <see cref="LabelColumn.Missing"/>.</param>
internal sealed record RowIds(DataViewRowId[] Ids, int[] Labels)
{
    /// <summary>Finds the label column and reads it, and nothing else.</summary>
    public static (LabelColumn Label, RowIds Rows) ReadLabels(IDataView data, string labelColumn)
    {
        ArgumentNullException.ThrowIfNull(data);
        var label = LabelColumn.Of(data.Schema, labelColumn);
        return (label, Read(data, label));
    }

    /// <summary>Reads the label column, and nothing else.</summary>
    public static RowIds Read(IDataView data, LabelColumn label)
    {
        List<DataViewRowId> ids = [];
        List<int> labels = [];
        using DataViewRowCursor cursor = data.GetRowCursor([label.Column]);
        ValueGetter<DataViewRowId> idGetter = cursor.GetIdGetter();
        ValueGetter<int> labelGetter = label.Getter(cursor);
        DataViewRowId id = default;
        int value = 0;
        while (cursor.MoveNext())
        {
            idGetter(ref id);
            labelGetter(ref value);
            ids.Add(id);
            labels.Add(value);
        }

        DataViewRowId[] sortedIds = [.. ids];
        int[] sortedLabels = [.. labels];
        Array.Sort(sortedIds, sortedLabels, Comparer<DataViewRowId>.Create(Compare));
        for (int i = 1; i < sortedIds.Length; i++)
        {
            if (sortedIds[i].Equals(sortedIds[i - 1]))
            {
                throw new InvalidDataException(
                    "Rows of the data view share a row id, so they cannot be told apart. Put mlContext.Data.Cache "
                    + "before this step; it numbers them.");
            }
        }

        return new RowIds(sortedIds, sortedLabels);
    }

    /// <summary>The ids at these places, for look-up while data are read.</summary>
    public HashSet<DataViewRowId> At(IEnumerable<int> rows) => [.. rows.Select(r => Ids[r])];

    private static int Compare(DataViewRowId a, DataViewRowId b)
    {
        int high = a.High.CompareTo(b.High);
        return high != 0 ? high : a.Low.CompareTo(b.Low);
    }
}
