using Microsoft.ML;
using Microsoft.ML.Data;

namespace SswpNas.MLNet.Data;

/// <summary>One reading of the data with the range that is known before it.</summary>
internal sealed class PixelPass
{
    private readonly PixelColumn _pixels;
    private readonly LabelColumn? _labels;
    private readonly PixelStoreWriter _writer;
    private readonly List<int> _classes = [];
    private readonly List<long> _rows = [];

    // Written by the thread that takes the rows, read by those that make them.
    private volatile Quantiser? _quantiser;
    private volatile bool _fits = true;

    public PixelPass(PixelColumn pixels, LabelColumn? labels, PixelSpan span, PixelStoreWriter writer)
    {
        (_pixels, _labels, _writer, Span) = (pixels, labels, writer, span);
        if (span != PixelSpan.Empty) _quantiser = new Quantiser(pixels, span.Range);
        writer.Clear();
    }

    /// <summary>What was seen before and in this pass.</summary>
    public PixelSpan Span { get; private set; }

    public bool SawAll { get; private set; }

    /// <summary>The images, or null if the range was not that of all of them.</summary>
    public LabelledPixels? Result() => _fits
        ? new LabelledPixels(
            _writer.ToStore(_quantiser?.Range ?? new PixelRange(0, 1)), [.. _classes], _labels?.ClassNames ?? [], [.. _rows])
        : null;

    public void Run(IDataView data, int threads, CancellationToken cancellation)
    {
        DataViewSchema.Column[] needed = _labels is null ? [_pixels.Column] : [_pixels.Column, _labels.Column];
        long number = -1;
        using IEnumerator<Row> rows = OrderedRows.Read(data, needed, threads, Open).GetEnumerator();
        while (MoveNext(rows, data, number + 1))
        {
            cancellation.ThrowIfCancellationRequested();
            Row row = rows.Current;
            number++;
            if (_labels is not null && row.Class == LabelColumn.Missing) continue;
            if (!Take(row, number)) return;
            if (!_fits) continue;
            _classes.Add(row.Class);
            _rows.Add(number);
        }

        SawAll = true;
    }

    /// <summary>What a transformer before this throws does not say which row it was at: an image that has vanished, say.</summary>
    private static bool MoveNext(IEnumerator<Row> rows, IDataView data, long number)
    {
        try
        {
            return rows.MoveNext();
        }
        catch (Exception e) when (e is not (InvalidDataException or OperationCanceledException or OutOfMemoryException))
        {
            throw new InvalidDataException(
                $"Row {number} (the first is 0{RowTexts.Of(data, number)}) cannot be read: {e.Message} Is what it is made of still as "
                + "it was when the data were listed?", e);
        }
    }

    /// <summary>What turns a cursor's current row into bytes, or into floats as long as the range is not known.</summary>
    private Func<Row> Open(DataViewRowCursor cursor)
    {
        ValueGetter<VBuffer<float>> pixelGetter = cursor.GetGetter<VBuffer<float>>(_pixels.Column);
        ValueGetter<int>? labelGetter = _labels?.Getter(cursor);
        float[] scratch = new float[_pixels.Shape.Size];
        VBuffer<float> values = default;
        return () =>
        {
            int label = LabelColumn.Missing;
            labelGetter?.Invoke(ref label);
            if (labelGetter is not null && label == LabelColumn.Missing) return new Row(label);
            pixelGetter(ref values);
            if (values.Length != scratch.Length) return new Row(label) { Length = values.Length };
            if (!values.IsDense) values.CopyTo(scratch);
            return Of(label, values.IsDense ? values.GetValues() : scratch);
        };
    }

    private Row Of(int label, ReadOnlySpan<float> values)
    {
        Row row = new(label) { Length = values.Length, Span = PixelSpan.Of(values) };
        if (!_fits) return row;
        return _quantiser is Quantiser quantiser
            ? row with { Bytes = quantiser.Quantise(values) }
            : row with { Values = values.ToArray() };
    }

    /// <summary>False: the range is another one, and it is worth starting again at once.</summary>
    private bool Take(Row row, long number)
    {
        if (row.Length != _pixels.Shape.Size)
        {
            throw new InvalidDataException(
                $"Row {number} (the first is 0) has {row.Length} pixel values; expected: {_pixels.Shape}.");
        }

        Span = Span.With(row.Span, number);
        _quantiser ??= new Quantiser(_pixels, Span.Range);
        if (_fits && _quantiser.Range != Span.Range)
        {
            _fits = false;
            _writer.Clear();
        }

        if (_fits) _writer.Add(row.Bytes ?? _quantiser.Quantise(row.Values));
        return _fits || !Span.IsUsual;
    }

    private readonly record struct Row(int Class)
    {
        public int Length { get; init; }

        public PixelSpan Span { get; init; }

        public byte[]? Bytes { get; init; }

        public float[]? Values { get; init; }
    }
}
