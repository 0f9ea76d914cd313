using Microsoft.ML;
using SswpNas.MLNet.Data;

namespace SswpNas.MLNet.Tests.Data;

/// <summary>Counts what is read of a data view.</summary>
internal sealed class CountedView(IDataView source, long? rowCount = null) : IDataView
{
    private int _cursors;
    private int _disposed;
    private int _rows;

    /// <summary>Cursors that were made.</summary>
    public int Cursors => _cursors;

    /// <summary>Cursors that were disposed of.</summary>
    public int Disposed => _disposed;

    /// <summary>Rows that cursors moved to.</summary>
    public int Rows => _rows;

    /// <summary>Columns that the last cursor was made for.</summary>
    public IReadOnlyList<string> Columns { get; private set; } = [];

    /// <summary>Thrown by the cursor that moves to a row.</summary>
    public int? BadRow { get; init; }

    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => rowCount ?? source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        Wrap(source.GetRowCursor(Noted(columnsNeeded), rand));

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [.. source.GetRowCursorSet(Noted(columnsNeeded), n, rand).Select(Wrap)];

    private DataViewSchema.Column[] Noted(IEnumerable<DataViewSchema.Column> columns)
    {
        DataViewSchema.Column[] all = [.. columns];
        Columns = [.. all.Select(c => c.Name)];
        return all;
    }

    private Cursor Wrap(DataViewRowCursor cursor)
    {
        Interlocked.Increment(ref _cursors);
        return new Cursor(cursor, this);
    }

    private sealed class Cursor(DataViewRowCursor source, CountedView view) : CursorOver(source)
    {
        private bool _isDisposed;

        public override bool MoveNext()
        {
            if (!Source.MoveNext()) return false;
            Interlocked.Increment(ref view._rows);
            if (Source.Position == view.BadRow) throw new InvalidDataException($"Row {view.BadRow} is bad.");
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            if (!_isDisposed) Interlocked.Increment(ref view._disposed);
            _isDisposed = true;
            base.Dispose(disposing);
        }
    }
}
