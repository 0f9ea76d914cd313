using Microsoft.ML;
using Microsoft.ML.Data;

namespace SswpNas.MLNet.Data;

/// <summary>A data view with the schema of another, whose cursors wrap the other's cursors.</summary>
internal abstract class DataViewOver(IDataView source) : IDataView
{
    protected IDataView Source => source;

    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => source.CanShuffle;

    public abstract long? GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        Wrap(source.GetRowCursor(columnsNeeded, rand));

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [.. source.GetRowCursorSet(columnsNeeded, n, rand).Select(Wrap)];

    protected abstract DataViewRowCursor Wrap(DataViewRowCursor cursor);
}

/// <summary>A cursor that hands everything on to another.</summary>
internal abstract class CursorOver(DataViewRowCursor source) : DataViewRowCursor
{
    private bool _disposed;

    protected DataViewRowCursor Source => source;

    public override long Position => source.Position;

    public override long Batch => source.Batch;

    public override DataViewSchema Schema => source.Schema;

    public override bool IsColumnActive(DataViewSchema.Column column) => source.IsColumnActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        source.GetGetter<TValue>(column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

    public override bool MoveNext() => source.MoveNext();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed) source.Dispose();
        _disposed = true;
        base.Dispose(disposing);
    }
}
