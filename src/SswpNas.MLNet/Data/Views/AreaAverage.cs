namespace SswpNas.MLNet.Data.Views;

/// <summary>
/// Makes a square image smaller: each pixel of the small one is the mean of the area that it covers. Halving a side is a
/// mean of 2 x 2 pixels.
/// </summary>
internal sealed class AreaAverage
{
    private readonly int _from;
    private readonly int _to;
    private readonly int[] _first; // the first pixel that output i covers
    private readonly float[][] _shares; // and how much of it and of those behind it, with a sum of 1

    public AreaAverage(int from, int to)
    {
        (_from, _to, _first, _shares) = (from, to, new int[to], new float[to][]);
        double width = (double)from / to;
        for (int i = 0; i < to; i++)
        {
            (double start, double end) = (i * width, (i + 1) * width);
            _first[i] = (int)start;
            int last = Math.Min(from, (int)Math.Ceiling(end - 1e-9));
            _shares[i] = [.. Enumerable.Range(_first[i], last - _first[i])
                .Select(p => (float)((Math.Min(end, p + 1) - Math.Max(start, p)) / width))];
        }
    }

    /// <summary>What each pixel of the small side takes of each of the large one's: [to, from] numbers, row by row.</summary>
    public float[] Matrix()
    {
        float[] matrix = new float[_to * _from];
        for (int i = 0; i < _to; i++) _shares[i].CopyTo(matrix, (i * _from) + _first[i]);
        return matrix;
    }

    /// <summary>Writes to x to x channels normalised values.</summary>
    public void WriteNormalized(Planes planes, PixelNormalization normalization, Span<float> destination)
    {
        int channels = planes.Shape.Channels;
        for (int c = 0; c < channels; c++)
        {
            Span<float> rows = planes.Scratch(c);
            for (int y = 0; y < _from; y++) ShrinkRow(planes.Plane(c).Slice(y * _from, _from), rows[(y * _to)..]);
            (float mean, float scale) = (normalization.Mean[c], 1 / normalization.StandardDeviation[c]);
            for (int y = 0; y < _to; y++)
            {
                for (int x = 0; x < _to; x++)
                    destination[(((y * _to) + x) * channels) + c] = (Column(rows, y, x) - mean) * scale;
            }
        }
    }

    private void ShrinkRow(ReadOnlySpan<float> source, Span<float> destination)
    {
        for (int x = 0; x < _to; x++)
        {
            float sum = 0;
            float[] shares = _shares[x];
            for (int k = 0; k < shares.Length; k++) sum += shares[k] * source[_first[x] + k];
            destination[x] = sum;
        }
    }

    private float Column(ReadOnlySpan<float> rows, int y, int x)
    {
        float sum = 0;
        float[] shares = _shares[y];
        for (int k = 0; k < shares.Length; k++) sum += shares[k] * rows[((_first[y] + k) * _to) + x];
        return sum;
    }
}
