using MathNet.Numerics.Statistics;

namespace SswpNas.MLNet.Benchmarks.Measuring;

/// <summary>Median and quartiles of repeated measurements.</summary>
internal readonly record struct Quartiles(double Median, double Lower, double Upper, int Count)
{
    /// <summary>Quartiles lie between neighbours in proportion, as in NumPy's default.</summary>
    /// <exception cref="ArgumentException">There is no value, or one that is not finite.</exception>
    public static Quartiles Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0) throw new ArgumentException("No value came; one was expected.", nameof(values));
        if (sorted.Any(v => !double.IsFinite(v)))
            throw new ArgumentException("A value is not finite; finite ones were expected.", nameof(values));
        return new Quartiles(At(sorted, 0.5), At(sorted, 0.25), At(sorted, 0.75), sorted.Length);
    }

    /// <summary>The spread of the quotients of values that were measured side by side.</summary>
    /// <exception cref="ArgumentException">The two lists are of different lengths, or empty.</exception>
    public static Quartiles OfRatios(IReadOnlyList<double> numerators, IReadOnlyList<double> denominators)
    {
        if (numerators.Count != denominators.Count)
        {
            throw new ArgumentException(
                $"{numerators.Count} numerators and {denominators.Count} denominators came; as many of both were "
                + "expected.",
                nameof(denominators));
        }

        return Of(numerators.Zip(denominators, (a, b) => a / b));
    }

    private static double At(double[] sorted, double part) =>
        SortedArrayStatistics.QuantileCustom(sorted, part, QuantileDefinition.R7);
}
