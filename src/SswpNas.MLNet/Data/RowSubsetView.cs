namespace SswpNas.MLNet.Data;

/// <summary>The rows of a data view that are, or are not, among the given ids, in the order of the data view.</summary>
internal sealed class RowSubsetView(IDataView source, HashSet<DataViewRowId> ids, bool among) : DataViewOver(source)
{
    // The source may not know its length, and other views over it filter as they go, too.
    public override long? GetRowCount() => among ? ids.Count : Source.GetRowCount() - ids.Count;

    protected override DataViewRowCursor Wrap(DataViewRowCursor cursor) => new Cursor(cursor, ids, among);

    private sealed class Cursor(DataViewRowCursor source, HashSet<DataViewRowId> ids, bool among) : CursorOver(source)
    {
        private readonly ValueGetter<DataViewRowId> _idGetter = source.GetIdGetter();
        private long _position = -1;

        public override long Position => _position;

        public override bool MoveNext()
        {
            DataViewRowId id = default;
            while (Source.MoveNext())
            {
                _idGetter(ref id);
                if (ids.Contains(id) != among) continue;
                _position++;
                return true;
            }

            _position = -1;
            return false;
        }
    }
}
