using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace SswpNas.MLNet.Numerics;

/// <summary>A mean with the standard deviation of a single value.</summary>
internal readonly record struct Spread(double Mean, double Deviation, int Count)
{
    /// <summary>The mean's 95 % interval, by Student's t, is the mean plus and minus this; NaN below two values.</summary>
    public double HalfWidth => Count < 2 ? double.NaN : Quantile(0.975) * Deviation / Math.Sqrt(Count);

    /// <summary>Whether a one-sided t-test at 5 % says that the mean lies above 0.</summary>
    public bool IsAboveZero => Count > 1 && Mean > 0 && Mean * Math.Sqrt(Count) > Quantile(0.95) * Deviation;

    public static Spread Of(IReadOnlyCollection<double> values) =>
        new(values.Count == 0 ? double.NaN : values.Average(), values.StandardDeviation(), values.Count);

    private double Quantile(double probability) => StudentT.InvCDF(0, 1, Count - 1, probability);
}
