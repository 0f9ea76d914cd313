namespace SswpNas.MLNet.Reports;

/// <summary>From values to places along one side of a picture, with round numbers to label it.</summary>
internal sealed record Axis(double Low, double High, double From, double To)
{
    /// <summary>An axis whose ends are round numbers around the values.</summary>
    public static Axis Around(IEnumerable<double> values, double from, double to, double? low = null, double? high = null)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        double least = low ?? (finite.Length == 0 ? 0 : finite.Min());
        double most = high ?? (finite.Length == 0 ? 1 : finite.Max());
        if (most - least < 1e-9) (least, most) = (low ?? (least - 0.5), high ?? (most + 0.5));
        if (most - least < 1e-9) most = least + 1;
        double step = Step(most - least, 4);
        return new Axis(low ?? (Math.Floor(least / step) * step), high ?? (Math.Ceiling(most / step) * step), from, to);
    }

    public double At(double value) => From + ((To - From) * (value - Low) / (High - Low));

    /// <summary>Round numbers within the axis.</summary>
    public IEnumerable<double> Ticks(int about = 4)
    {
        double step = Step(High - Low, about);
        // Adding 0 makes 0 of a negative zero.
        for (double i = Math.Ceiling((Low / step) - 1e-9); i * step <= High + (1e-9 * step); i++) yield return (i * step) + 0.0;
    }

    /// <summary>1, 2 or 5 times a power of ten.</summary>
    private static double Step(double length, int about)
    {
        double raw = length / about;
        double power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        return power * (raw / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
    }
}
