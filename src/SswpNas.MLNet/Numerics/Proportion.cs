namespace SswpNas.MLNet.Numerics;

/// <summary>Proportions of a sample.</summary>
internal static class Proportion
{
    private const double Z = 1.959964;    // 95 %

    /// <summary>The 95 % interval of a proportion (Wilson 1927).</summary>
    /// <param name="proportion">What the sample has, 0 to 1.</param>
    /// <param name="n">The sample's size, at least 1.</param>
    public static (double Low, double High) Interval(double proportion, int n)
    {
        double square = Z * Z / n, middle = (proportion + (square / 2)) / (1 + square);
        double half = Z * Math.Sqrt((proportion * (1 - proportion) / n) + (square / (4 * n))) / (1 + square);
        return (Math.Max(0, middle - half), Math.Min(1, middle + half));
    }
}
