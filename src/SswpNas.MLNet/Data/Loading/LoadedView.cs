namespace SswpNas.MLNet.Data.Loading;

/// <summary>Data with a last column of images.</summary>
internal sealed class LoadedView(IDataView source, ImageLoader loader, DataViewSchema schema)
    : AppendingView(source, schema, loader.Input)
{
    protected override DataViewRowCursor Wrap(DataViewRowCursor cursor, bool[] active) =>
        new LoadedCursor(cursor, loader, Schema, active);
}

internal sealed class LoadedCursor(DataViewRowCursor source, ImageLoader loader, DataViewSchema schema, bool[] active)
    : CursorOver(source, schema)
{
    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        LoadedRow.Getter<TValue>(Source, loader, column, active);
}
