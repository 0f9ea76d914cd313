using SswpNas.MLNet.Numerics;

namespace DrawParts;

/// <summary>The random choices of one picture. What is drawn depends on (seed, class, index) alone.</summary>
internal sealed class Dice(int seed, int classIndex, int index)
{
    // Outside the library's own purposes, so that no stream of a search equals one of the pictures.
    private const RandomPurpose Drawing = (RandomPurpose)1000;

    private RandomStream _stream = new(seed, Drawing, classIndex, index);

    public float Between(double low, double high) => (float)_stream.NextDouble(low, high);

    /// <summary>Uniform in low..high, both included.</summary>
    public int Count(int low, int high) => low + _stream.NextInt(high - low + 1);

    public bool Chance(double probability) => _stream.NextBool(probability);

    public float Angle() => Between(0, 2 * Math.PI);

    public T Pick<T>(IReadOnlyList<T> values) => values[_stream.NextInt(values.Count)];

    public uint Bits() => (uint)_stream.NextBits();

    /// <summary>Standard normal (Box-Muller).</summary>
    public float Normal()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - _stream.NextDouble()));
        return (float)(radius * Math.Cos(2 * Math.PI * _stream.NextDouble()));
    }
}
