namespace SswpNas.MLNet.Onnx.Scoring;

/// <summary>
/// Data with the columns that a network gives; the network runs only for cursors that need one of them.
/// </summary>
internal sealed class ScoredView(IDataView source, BatchedScorer scorer, DataViewSchema schema)
    : AppendingView(source, schema, scorer.Input)
{
    protected override DataViewRowCursor Wrap(DataViewRowCursor cursor, bool[] active) =>
        Appends(active) ? new ScoredCursor(cursor, scorer, Schema, active) : new PassingCursor(cursor, Schema);

    /// <summary>Where the network is not asked.</summary>
    private sealed class PassingCursor(DataViewRowCursor source, DataViewSchema schema) : DataViewRowCursor
    {
        public override DataViewSchema Schema => schema;

        public override long Position => source.Position;

        public override long Batch => source.Batch;

        public override bool MoveNext() => source.MoveNext();

        public override bool IsColumnActive(DataViewSchema.Column column) =>
            column.Index < source.Schema.Count && source.IsColumnActive(source.Schema[column.Index]);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            IsColumnActive(column)
                ? source.GetGetter<TValue>(source.Schema[column.Index])
                : throw ScoredCursor.Inactive(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

        protected override void Dispose(bool disposing)
        {
            if (disposing) source.Dispose();
            base.Dispose(disposing);
        }
    }
}
