namespace SswpNas.MLNet.Data;

/// <summary>
/// Data with columns behind its own that are made of one of them. Nothing is read or computed before a cursor asks for it, and
/// that one column only for cursors that need what is made of it.
/// </summary>
/// <param name="source">The data.</param>
/// <param name="schema">Its columns and those that are appended.</param>
/// <param name="input">The column that they are made of.</param>
internal abstract class AppendingView(IDataView source, DataViewSchema schema, string input) : IDataView
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

    /// <summary>A cursor with the appended columns.</summary>
    /// <param name="cursor">Over the source.</param>
    /// <param name="active">Which columns of the schema are asked for.</param>
    protected abstract DataViewRowCursor Wrap(DataViewRowCursor cursor, bool[] active);

    /// <summary>Whether an appended column is asked for.</summary>
    protected bool Appends(bool[] active) => active.AsSpan(source.Schema.Count).Contains(true);

    private bool[] Active(IEnumerable<DataViewSchema.Column> columns)
    {
        bool[] active = new bool[schema.Count];
        foreach (DataViewSchema.Column column in columns) active[column.Index] = true;
        return active;
    }

    private IEnumerable<DataViewSchema.Column> Needed(bool[] active)
    {
        int made = Appends(active) ? source.Schema[input].Index : -1;
        return source.Schema.Where(column => active[column.Index] || column.Index == made);
    }
}
