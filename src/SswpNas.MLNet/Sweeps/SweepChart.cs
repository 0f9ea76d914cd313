using SswpNas.MLNet.Reports;

namespace SswpNas.MLNet.Sweeps;

/// <summary>Accuracy against labels as a picture: a line for each initialisation, its 95 % interval as a band.</summary>
internal static class SweepChart
{
    // Okabe and Ito's colours, which people with any colour vision tell apart; the dashes do so without colour. No variables:
    // not every program that shows SVG knows them.
    private const string Style = """
        svg { fill: none; font: 11px sans-serif; } text { fill: #1b1f24; } .muted { fill: #57606a; } .background { fill: #ffffff; }
        .mid { text-anchor: middle; } .end { text-anchor: end; } .rule { stroke: #dddddd; } .axis { stroke: #57606a; }
        .line { stroke: currentColor; stroke-width: 2; } .mark, .band { fill: currentColor; } .band { fill-opacity: 0.15; }
        .Concomitant { color: #0072b2; } .Random { color: #d55e00; } .SimClrPretrained { color: #009e73; }
        .line.Random { stroke-dasharray: 7 4; } .line.SimClrPretrained { stroke-dasharray: 2 3; }
        """;

    /// <summary>What a mean is sorted by: the fraction, or the number of labels a class.</summary>
    public static (double Ratio, int LabelsPerClass) Amount(SweepMean mean) =>
        (double.IsNaN(mean.Ratio) ? 0 : mean.Ratio, mean.LabelsPerClass);

    /// <summary>The amount for a reader.</summary>
    public static string Name(SweepMean mean) => FormattableString.Invariant($"{Short(mean)}{(double.IsNaN(mean.Ratio) ? " a class" : "")} ({mean.Labels:F0})");

    public static string Of(SweepResult result)
    {
        IReadOnlyList<SweepMean> means = result.Means;
        string unit = means.Count == 0 ? "No cell is done." : "accuracy on the test images (mean, 95 % interval over seeds)";
        return new LineChart("Accuracy against labels", unit, [.. means.GroupBy(m => m.Initialization).Select(Line)])
        {
            XName = means.Any(m => double.IsNaN(m.Ratio)) ? "labels a class" : "labels kept",
            XTicks = [.. means.DistinctBy(m => Math.Round(m.Labels)).Select(m => (m.Labels, Short(m)))],
            Value = accuracy => ReportText.Number(100 * accuracy, "0.#") + " %",
            Description = string.Join("; ", means.Select(Text)),
        }.ToSvg(Style);
    }

    private static ChartLine Line(IGrouping<WeightInitialization, SweepMean> group)
    {
        SweepMean[] means = [.. group.OrderBy(m => m.Labels)];
        return new ChartLine($"{group.Key}", $"{group.Key}", [.. means.Select(m => (m.Labels, m.AccuracyMicro))])
        {
            Marks = [.. means.Select(Text)],
            Band = means.Any(m => double.IsNaN(m.AccuracyMicroHalfWidth))
                ? []
                : [.. means.Select(m => (
                    m.Labels, Math.Max(0, m.AccuracyMicro - m.AccuracyMicroHalfWidth),
                    Math.Min(1, m.AccuracyMicro + m.AccuracyMicroHalfWidth)))],
        };
    }

    private static string Short(SweepMean mean) => double.IsNaN(mean.Ratio)
        ? ReportText.Number(mean.LabelsPerClass)
        : ReportText.Number(100 * mean.Ratio, "0.#") + " %";

    private static string Text(SweepMean m) =>
        FormattableString.Invariant($"{m.Initialization} with {Name(m)}: {100 * m.AccuracyMicro:F1} %");
}
