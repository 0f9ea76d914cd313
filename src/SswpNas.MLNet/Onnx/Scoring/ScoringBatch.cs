using Microsoft.ML.OnnxRuntime;

namespace SswpNas.MLNet.Onnx.Scoring;

/// <summary>Room for a batch of images and for what the network says of them; belongs to one cursor.</summary>
internal sealed class ScoringBatch(BatchedScorer scorer, int rows, IReadOnlyList<ScoredColumn> columns)
{
    private readonly int _size = scorer.ImageSize;
    private readonly float[] _images = new float[rows * scorer.ImageSize];
    private readonly string[] _names = [.. columns.Select(c => c.Output)];
    private readonly Array[] _results =
        [.. columns.Select(c => c.IsKey ? (Array)new long[rows] : new float[rows * c.Size])];

    private bool _isScored;

    public void SetImage(int row, in VBuffer<float> pixels)
    {
        if (pixels.Length != _size)
        {
            throw new InvalidDataException(
                $"A row has {pixels.Length} pixel values in '{scorer.Input}'; the network takes {_size} "
                + $"({string.Join(" x ", scorer.Shape)}).");
        }

        pixels.CopyTo(_images.AsSpan(row * _size, _size));
        _isScored = false;
    }

    /// <summary>Runs the network once for the batch, when somebody asks for the first time.</summary>
    public void Score(int count)
    {
        if (_isScored) return;
        using OrtValue images = Value(_images, _size, [count, .. scorer.Shape.Select(n => (long)n)], count);
        OrtValue[] values = new OrtValue[_results.Length];
        try
        {
            for (int i = 0; i < values.Length; i++) values[i] = Result(i, count);
            scorer.Session.Run(scorer.Input, images, _names, values);
        }
        finally
        {
            foreach (OrtValue? value in values) value?.Dispose();
        }

        _isScored = true;
    }

    /// <summary>The numbers of a row in a column of floats.</summary>
    public ReadOnlySpan<float> Floats(ScoredColumn column, int row) =>
        ((float[])Of(column)).AsSpan(row * column.Size, column.Size);

    /// <summary>The class's index of a row.</summary>
    public long Index(ScoredColumn column, int row) => ((long[])Of(column))[row];

    private Array Of(ScoredColumn column) => _results[Array.IndexOf(_names, column.Output)];

    private OrtValue Result(int i, int count)
    {
        int size = columns[i].Size;
        return _results[i] is long[] indices
            ? Value(indices, size, [count, size], count)
            : Value((float[])_results[i], size, [count, size], count);
    }

    // The value pins the array until it is disposed.
    private static OrtValue Value<T>(T[] numbers, int size, long[] shape, int count) where T : unmanaged =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, numbers.AsMemory(0, count * size), shape);
}
