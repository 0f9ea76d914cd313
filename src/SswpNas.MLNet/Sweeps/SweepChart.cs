using System.Globalization;
using System.Net;
using System.Text;

namespace SswpNas.MLNet.Sweeps;

/// <summary>Accuracy against labels as a picture: a line for each initialisation, its 95 % interval as a band.</summary>
internal static class SweepChart
{
    private const int Width = 720, Height = 440, Left = 64, Right = 20, Top = 24, Bottom = 92;

    // Okabe and Ito's colours, which people with any colour vision tell apart; the dashes do so without colour.
    private static readonly Dictionary<WeightInitialization, (string Colour, string Dash)> Lines = new()
    {
        [WeightInitialization.Concomitant] = ("#0072b2", ""),
        [WeightInitialization.Random] = ("#d55e00", "7 4"),
        [WeightInitialization.SimClrPretrained] = ("#009e73", "2 3"),
    };

    /// <summary>What a mean is sorted by: the fraction, or the number of labels a class.</summary>
    public static (double Ratio, int LabelsPerClass) Amount(SweepMean mean) =>
        (double.IsNaN(mean.Ratio) ? 0 : mean.Ratio, mean.LabelsPerClass);

    /// <summary>The amount for a reader.</summary>
    public static string Name(SweepMean mean) => double.IsNaN(mean.Ratio)
        ? Text($"{mean.LabelsPerClass} a class ({mean.Labels:F0})")
        : Text($"{100 * mean.Ratio:0.#} % ({mean.Labels:F0})");

    public static string Of(SweepResult result)
    {
        StringBuilder svg = new(Text(
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" font-family=\"sans-serif\" font-size=\"13\">\n"));
        svg.Append(Text($"<title>Accuracy against labels</title>\n<desc>{WebUtility.HtmlEncode(Description(result))}</desc>\n"));
        svg.Append(Text($"<rect width=\"{Width}\" height=\"{Height}\" fill=\"#ffffff\"/>\n"));
        if (result.Means.Count == 0) return svg.Append("<text x=\"64\" y=\"64\">No cell is done.</text>\n</svg>\n").ToString();
        ChartScale scale = ChartScale.Of(result.Means);
        Axes(svg, scale, result.Means);
        int line = 0;
        foreach (IGrouping<WeightInitialization, SweepMean> means in result.Means.GroupBy(m => m.Initialization))
            Line(svg, scale, means.Key, [.. means.OrderBy(m => m.Labels)], line++);
        return svg.Append("</svg>\n").ToString();
    }

    private static void Axes(StringBuilder svg, ChartScale scale, IReadOnlyList<SweepMean> means)
    {
        for (double value = scale.Low; value <= scale.High + 1e-9; value += scale.Step)
        {
            double y = scale.Y(value);
            svg.Append(Text($"<line x1=\"{Left}\" y1=\"{y:F1}\" x2=\"{Width - Right}\" y2=\"{y:F1}\" stroke=\"#dddddd\"/>\n"));
            svg.Append(Text($"<text x=\"{Left - 8}\" y=\"{y + 4:F1}\" text-anchor=\"end\">{100 * value:0.#} %</text>\n"));
        }

        foreach (SweepMean mean in means.DistinctBy(m => Math.Round(m.Labels)))
        {
            double x = scale.X(mean.Labels);
            string name = double.IsNaN(mean.Ratio) ? Text($"{mean.LabelsPerClass}") : Text($"{100 * mean.Ratio:0.#} %");
            svg.Append(Text($"<line x1=\"{x:F1}\" y1=\"{Height - Bottom}\" x2=\"{x:F1}\" y2=\"{Height - Bottom + 5}\" stroke=\"#333333\"/>\n"));
            svg.Append(Text($"<text x=\"{x:F1}\" y=\"{Height - Bottom + 20}\" text-anchor=\"middle\">{name}</text>\n"));
        }

        string unit = means.Any(m => double.IsNaN(m.Ratio)) ? "labels a class" : "labels kept";
        svg.Append(Text($"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - Bottom + 42}\" text-anchor=\"middle\">{unit}</text>\n"));
        svg.Append(Text($"<text x=\"{Left - 8}\" y=\"{Top - 8}\">accuracy on the test images (mean, 95 % interval over seeds)</text>\n"));
    }

    private static void Line(StringBuilder svg, ChartScale scale, WeightInitialization start, SweepMean[] means, int line)
    {
        (string colour, string dash) = Lines[start];
        string points = string.Join(' ', means.Select(m => Text($"{scale.X(m.Labels):F1},{scale.Y(m.AccuracyMicro):F1}")));
        if (means.All(m => !double.IsNaN(m.AccuracyMicroHalfWidth)))
        {
            string band = string.Join(' ', means.Select(m => Point(m, 1)).Concat(means.Reverse().Select(m => Point(m, -1))));
            svg.Append(Text($"<polygon points=\"{band}\" fill=\"{colour}\" fill-opacity=\"0.15\"/>\n"));
        }

        svg.Append(Text($"<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2.5\" stroke-dasharray=\"{dash}\"/>\n"));
        foreach (SweepMean m in means)
            svg.Append(Text($"<circle cx=\"{scale.X(m.Labels):F1}\" cy=\"{scale.Y(m.AccuracyMicro):F1}\" r=\"4\" fill=\"{colour}\"><title>{start}, {Name(m)}: {100 * m.AccuracyMicro:F1} %</title></circle>\n"));
        int x = Left + (line * 200), y = Height - 18;
        svg.Append(Text($"<line x1=\"{x}\" y1=\"{y - 4}\" x2=\"{x + 34}\" y2=\"{y - 4}\" stroke=\"{colour}\" stroke-width=\"2.5\" stroke-dasharray=\"{dash}\"/>\n"));
        svg.Append(Text($"<text x=\"{x + 42}\" y=\"{y}\">{start}</text>\n"));

        string Point(SweepMean m, int sign) =>
            Text($"{scale.X(m.Labels):F1},{scale.Y(m.AccuracyMicro + (sign * m.AccuracyMicroHalfWidth)):F1}");
    }

    private static string Description(SweepResult result) =>
        string.Join("; ", result.Means.Select(m => Text($"{m.Initialization} with {Name(m)}: {100 * m.AccuracyMicro:F1} %")));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>From labels and accuracies to places in the picture.</summary>
    private sealed record ChartScale(double Low, double High, double Step, double MostLabels)
    {
        public static ChartScale Of(IReadOnlyList<SweepMean> means)
        {
            double low = means.Min(m => m.AccuracyMicro - Half(m)), high = means.Max(m => m.AccuracyMicro + Half(m));
            double step = new[] { 0.01, 0.02, 0.05, 0.1, 0.2 }.First(s => (high - low) / s <= 8 || s == 0.2);
            low = Math.Max(0, Math.Floor(low / step) * step);
            high = Math.Min(1, Math.Ceiling(high / step) * step);
            return new ChartScale(low, Math.Max(high, low + step), step, means.Max(m => m.Labels));
        }

        public double X(double labels) => Left + ((Width - Left - Right - 30) * labels / MostLabels);

        public double Y(double accuracy) =>
            Top + ((Height - Top - Bottom) * (High - Math.Clamp(accuracy, Low, High)) / (High - Low));

        private static double Half(SweepMean mean) =>
            double.IsNaN(mean.AccuracyMicroHalfWidth) ? 0 : mean.AccuracyMicroHalfWidth;
    }
}
