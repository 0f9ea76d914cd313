namespace SswpNas.MLNet.Data;

/// <summary>
/// A data view over another, whose cursors wrap the other's cursors. Its schema may differ from the other's in annotations.
/// </summary>
internal class DataViewOver(IDataView source, DataViewSchema? schema = null) : IDataView
{
    protected IDataView Source => source;

    public DataViewSchema Schema => schema ?? source.Schema;

    public bool CanShuffle => source.CanShuffle;

    public virtual long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        Wrap(source.GetRowCursor(Own(columnsNeeded), rand));

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [.. source.GetRowCursorSet(Own(columnsNeeded), n, rand).Select(Wrap)];

    protected virtual DataViewRowCursor Wrap(DataViewRowCursor cursor) => new CursorOver(cursor, schema);

    private IEnumerable<DataViewSchema.Column> Own(IEnumerable<DataViewSchema.Column> columns) =>
        schema is null ? columns : columns.Select(column => source.Schema[column.Index]);
}

/// <summary>A cursor that hands everything on to another.</summary>
internal class CursorOver(DataViewRowCursor source, DataViewSchema? schema = null) : DataViewRowCursor
{
    private bool _disposed;

    protected DataViewRowCursor Source => source;

    public override long Position => source.Position;

    public override long Batch => source.Batch;

    public override DataViewSchema Schema => schema ?? source.Schema;

    public override bool IsColumnActive(DataViewSchema.Column column) => source.IsColumnActive(Own(column));

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        source.GetGetter<TValue>(Own(column));

    public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

    public override bool MoveNext() => source.MoveNext();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed) source.Dispose();
        _disposed = true;
        base.Dispose(disposing);
    }

    private DataViewSchema.Column Own(DataViewSchema.Column column) =>
        schema is null ? column : source.Schema[column.Index];
}
