namespace SswpNas.MLNet.Onnx.Scoring;

/// <summary>
/// Data with the columns that a network gives. Nothing is read or computed before a cursor asks for it; the network runs
/// only for cursors that need one of its columns.
/// </summary>
internal sealed class ScoredView(IDataView source, BatchedScorer scorer, DataViewSchema schema) : IDataView
{
    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => schema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = Active(columnsNeeded);
        return Wrap(source.GetRowCursor(Needed(active), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = Active(columnsNeeded);
        return [.. source.GetRowCursorSet(Needed(active), n, rand).Select(cursor => Wrap(cursor, active))];
    }

    private bool[] Active(IEnumerable<DataViewSchema.Column> columns)
    {
        bool[] active = new bool[schema.Count];
        foreach (DataViewSchema.Column column in columns) active[column.Index] = true;
        return active;
    }

    private bool Scores(bool[] active) => active.AsSpan(source.Schema.Count).Contains(true);

    private IEnumerable<DataViewSchema.Column> Needed(bool[] active)
    {
        int pixels = Scores(active) ? source.Schema[scorer.Input].Index : -1;
        return source.Schema.Where(column => active[column.Index] || column.Index == pixels);
    }

    private DataViewRowCursor Wrap(DataViewRowCursor cursor, bool[] active) =>
        Scores(active) ? new ScoredCursor(cursor, scorer, schema, active) : new PassingCursor(cursor, schema);

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
