using System.Runtime.ExceptionServices;

namespace SswpNas.MLNet.Onnx.Scoring;

/// <summary>
/// Reads a batch of rows ahead, together with the other columns that are asked for, and runs the network once for all of
/// them. Where a column's values cannot be kept (images, say), a batch is one row.
/// </summary>
internal sealed class ScoredCursor : DataViewRowCursor
{
    private readonly DataViewRowCursor _source;
    private readonly BatchedScorer _scorer;
    private readonly bool[] _active;
    private readonly ValueGetter<DataViewRowId> _idGetter;
    private readonly ValueGetter<VBuffer<float>> _pixelGetter;
    private readonly ScoringBatch _batch;
    private readonly Dictionary<int, ColumnBuffer> _buffers = [];
    private readonly DataViewRowId[] _ids;
    private readonly long[] _sourceBatches;
    private readonly bool _isDirect;
    private VBuffer<float> _pixels;
    private ExceptionDispatchInfo? _problem;
    private int _count;
    private int _row = -1;
    private long _position = -1;
    private bool _isDone;
    private bool _isDisposed;

    public ScoredCursor(DataViewRowCursor source, BatchedScorer scorer, DataViewSchema schema, bool[] active)
    {
        (_source, _scorer, Schema, _active) = (source, scorer, schema, active);
        DataViewSchema.Column[] passing = [.. source.Schema.Where(column => active[column.Index])];
        _isDirect = !passing.All(column => ColumnBuffer.CanHold(column.Type));
        int rows = _isDirect ? 1 : scorer.BatchRows;
        (_ids, _sourceBatches) = (new DataViewRowId[rows], new long[rows]);
        _idGetter = source.GetIdGetter();
        _pixelGetter = source.GetGetter<VBuffer<float>>(source.Schema[scorer.Input]);
        _batch = new ScoringBatch(
            scorer, rows, [.. schema.Skip(source.Schema.Count).Where(c => active[c.Index]).Select(c => scorer.Column(c.Name))]);
        if (_isDirect) return;
        foreach (DataViewSchema.Column column in passing)
            _buffers.Add(column.Index, ColumnBuffer.Create(source, column, rows));
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _position;

    public override long Batch => _position < 0 ? 0 : _sourceBatches[_row];

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override bool MoveNext()
    {
        if (_isDone) return false;
        if (++_row >= _count) Fill();
        _isDone = _count == 0;
        _position = _isDone ? -1 : _position + 1;
        return !_isDone;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = _ids[Row()];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column)) throw Inactive(column);
        Delegate getter = column.Index >= _source.Schema.Count ? Scored(_scorer.Column(column.Name))
            : _isDirect ? _source.GetGetter<TValue>(_source.Schema[column.Index])
            : _buffers[column.Index].Getter(Row);
        return getter as ValueGetter<TValue> ?? throw new InvalidOperationException(
            $"The column '{column.Name}' holds {column.Type.RawType}; a getter of {typeof(TValue)} was asked for.");
    }

    public static ArgumentOutOfRangeException Inactive(DataViewSchema.Column column) =>
        new(nameof(column), $"The column '{column.Name}' is not active: it was not asked for when the cursor was made.");

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed) _source.Dispose();
        _isDisposed = true;
        base.Dispose(disposing);
    }

    private void Fill()
    {
        (_row, _count) = (0, 0);
        ExceptionDispatchInfo? problem = _problem;
        _problem = null;
        problem?.Throw();
        try
        {
            for (; _count < _ids.Length && _source.MoveNext(); _count++) Read(_count);
        }
        catch (Exception e) when (_count > 0)
        {
            // The rows before are good; who stops before the bad one never hears of it.
            _problem = ExceptionDispatchInfo.Capture(e);
        }
    }

    private void Read(int row)
    {
        _idGetter(ref _ids[row]);
        _sourceBatches[row] = _source.Batch;
        _pixelGetter(ref _pixels);
        _batch.SetImage(row, _pixels);
        foreach (ColumnBuffer buffer in _buffers.Values) buffer.Fill(row);
    }

    private Delegate Scored(ScoredColumn column) => column.IsKey
        ? (ValueGetter<uint>)((ref uint value) =>
        {
            int row = ScoredRow();
            // Key 0 is the missing one.
            value = (uint)_batch.Index(column, row) + 1;
        })
        : (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            ReadOnlySpan<float> numbers = _batch.Floats(column, ScoredRow());
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, column.Size);
            numbers.CopyTo(editor.Values);
            value = editor.Commit();
        });

    private int ScoredRow()
    {
        int row = Row();
        _batch.Score(_count);
        return row;
    }

    private int Row() => _position >= 0
        ? _row
        : throw new InvalidOperationException("The cursor is on no row: MoveNext was not called, or there are no more rows.");
}
