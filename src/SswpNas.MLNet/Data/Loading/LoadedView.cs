namespace SswpNas.MLNet.Data.Loading;

/// <summary>Data with a last column of images; nothing is decoded where a cursor does not ask for it.</summary>
internal sealed class LoadedView(IDataView source, ImageLoader loader, DataViewSchema schema) : IDataView
{
    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => schema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = Active(columnsNeeded);
        return new LoadedCursor(source.GetRowCursor(Needed(active), rand), loader, schema, active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = Active(columnsNeeded);
        return [.. source.GetRowCursorSet(Needed(active), n, rand).Select(cursor => new LoadedCursor(cursor, loader, schema, active))];
    }

    private bool[] Active(IEnumerable<DataViewSchema.Column> columns)
    {
        bool[] active = new bool[schema.Count];
        foreach (DataViewSchema.Column column in columns) active[column.Index] = true;
        return active;
    }

    private IEnumerable<DataViewSchema.Column> Needed(bool[] active)
    {
        int paths = active[source.Schema.Count] ? source.Schema[loader.Input].Index : -1;
        return source.Schema.Where(column => active[column.Index] || column.Index == paths);
    }
}

internal sealed class LoadedCursor(DataViewRowCursor source, ImageLoader loader, DataViewSchema schema, bool[] active) : DataViewRowCursor
{
    private bool _disposed;

    public override DataViewSchema Schema => schema;

    public override long Position => source.Position;

    public override long Batch => source.Batch;

    public override bool MoveNext() => source.MoveNext();

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        LoadedRow.Getter<TValue>(source, loader, column, active);

    public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed) source.Dispose();
        _disposed = true;
        base.Dispose(disposing);
    }
}
