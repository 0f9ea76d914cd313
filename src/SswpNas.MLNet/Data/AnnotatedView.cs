using Microsoft.ML;
using Microsoft.ML.Data;

namespace SswpNas.MLNet.Data;

/// <summary>Data under a schema that differs from their own in annotations only.</summary>
internal sealed class AnnotatedView(IDataView source, DataViewSchema schema) : IDataView
{
    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => schema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(source.GetRowCursor(Own(columnsNeeded), rand), this);

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [.. source.GetRowCursorSet(Own(columnsNeeded), n, rand).Select(cursor => new Cursor(cursor, this))];

    private IEnumerable<DataViewSchema.Column> Own(IEnumerable<DataViewSchema.Column> columns) =>
        columns.Select(c => source.Schema[c.Index]);

    private sealed class Cursor(DataViewRowCursor source, AnnotatedView view) : DataViewRowCursor
    {
        public override DataViewSchema Schema => view.Schema;

        public override long Position => source.Position;

        public override long Batch => source.Batch;

        public override bool MoveNext() => source.MoveNext();

        public override bool IsColumnActive(DataViewSchema.Column column) =>
            source.IsColumnActive(source.Schema[column.Index]);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            source.GetGetter<TValue>(source.Schema[column.Index]);

        public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

        protected override void Dispose(bool disposing)
        {
            if (disposing) source.Dispose();
            base.Dispose(disposing);
        }
    }
}
