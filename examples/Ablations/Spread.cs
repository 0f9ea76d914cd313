namespace Ablations;

/// <summary>A mean over seeds with the standard deviation of a single run.</summary>
/// <param name="Count">Seeds.</param>
/// <param name="Mean">The mean; NaN without any.</param>
/// <param name="Deviation">The standard deviation; NaN below two.</param>
internal readonly record struct Spread(int Count, double Mean, double Deviation)
{
    public static Spread Of(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0) return new Spread(0, double.NaN, double.NaN);
        double mean = values.Average();
        double deviation = values.Count == 1
            ? double.NaN
            : Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1));
        return new Spread(values.Count, mean, deviation);
    }
}
