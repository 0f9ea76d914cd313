namespace Ablations;

/// <summary>A mean over seeds with the standard deviation of a single run.</summary>
/// <param name="Count">Seeds.</param>
/// <param name="Mean">The mean; NaN without any.</param>
/// <param name="Deviation">The standard deviation; NaN below two.</param>
internal readonly record struct Spread(int Count, double Mean, double Deviation)
{
    // Student's t, one-sided 5 %, for 1 to 10 degrees of freedom.
    private static readonly double[] _t = [6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860, 1.833, 1.812];

    /// <summary>
    /// Whether a one-sided t-test at 5 % says that it lies above 0. Beyond 11 values the bound stays at that of 11, which asks for
    /// a little more than it must.
    /// </summary>
    public bool IsAboveZero =>
        Count > 1 && Mean > 0 && Mean * Math.Sqrt(Count) > _t[Math.Min(Count - 1, _t.Length) - 1] * Deviation;

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
