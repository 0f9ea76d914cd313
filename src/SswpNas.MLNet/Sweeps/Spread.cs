namespace SswpNas.MLNet.Sweeps;

/// <summary>A mean with its 95 % interval over seeds, by Student's t.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="HalfWidth">The interval is the mean plus and minus this; NaN for a single number.</param>
/// <param name="Count">Numbers.</param>
internal readonly record struct Spread(double Mean, double HalfWidth, int Count)
{
    // 97.5 % quantiles of Student's t for 1, 2, ... degrees of freedom.
    private static readonly double[] Quantiles =
    [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
        2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ];

    public static Spread Of(IReadOnlyCollection<double> values)
    {
        int n = values.Count;
        if (n == 0) return new Spread(double.NaN, double.NaN, 0);
        double mean = values.Average();
        if (n == 1) return new Spread(mean, double.NaN, 1);
        double deviation = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (n - 1));
        return new Spread(mean, Quantile(n - 1) * deviation / Math.Sqrt(n), n);
    }

    /// <summary>Beyond the table by Cornish and Fisher's expansion, whose error is below 1e-3 there.</summary>
    private static double Quantile(int freedom) => freedom <= Quantiles.Length
        ? Quantiles[freedom - 1]
        : 1.959964 + (2.372271 / freedom) + (2.8225 / ((double)freedom * freedom));
}
