using System.Text;

namespace SswpNas.MLNet.Reports;

/// <summary>One line of a chart.</summary>
/// <param name="Name">What the legend says.</param>
/// <param name="Class">CSS class that colours and dashes it.</param>
/// <param name="Points">From left to right; a NaN interrupts the line.</param>
internal sealed record ChartLine(string Name, string Class, IReadOnlyList<(double X, double Y)> Points);

/// <summary>Values over epochs, the phases of the search behind them.</summary>
internal sealed record LineChart(string Title, string Unit, IReadOnlyList<ChartLine> Lines)
{
    public const double Width = 420;
    private const double Height = 236, Left = 46, Right = 10, Top = 20, Bottom = 34;
    private const int MostPoints = 300;

    public IReadOnlyList<PhaseBand> Phases { get; init; } = [];

    public double? Low { get; init; }

    public double? High { get; init; }

    public Func<double, string> Value { get; init; } = v => ReportText.Number(v, "0.###");

    public void Draw(Markup page)
    {
        double[] xs = [.. Lines.SelectMany(line => line.Points).Select(p => p.X).DefaultIfEmpty(1)];
        Axis x = new(xs.Min(), Math.Max(xs.Max(), xs.Min() + 1), Left, Width - Right);
        var y = Axis.Around(Lines.SelectMany(line => line.Points).Select(p => p.Y), Height - Bottom, Top, Low, High);
        using (page.In("figure", ("class", "chart")))
        {
            page.Element("figcaption", Title);
            using (page.In("svg", ("viewBox", $"0 0 {Width} {Height}"), ("role", "img"), ("aria-label", Description())))
            {
                PhaseBand.Draw(page, Phases, x, Top, Height - Bottom);
                Axes(page, x, y);
                foreach (ChartLine line in Lines) page.Shape("path", ("d", Path(line.Points, x, y)), ("class", $"line {line.Class}"));
            }

            Legend(page);
        }
    }

    /// <summary>A path through the points; long lines are thinned to what a screen can show.</summary>
    public static string Path(IReadOnlyList<(double X, double Y)> points, Axis x, Axis y, int most = MostPoints)
    {
        StringBuilder path = new();
        bool drawing = false;
        double stride = Math.Max(1, (points.Count - 1) / (double)(most - 1));
        for (double at = 0; at < points.Count - 1 + stride; at += stride)
        {
            (double px, double py) = points[Math.Min(points.Count - 1, (int)Math.Round(at))];
            if (!double.IsFinite(py))
            {
                drawing = false;
                continue;
            }

            path.Append(drawing ? 'L' : 'M').Append(Markup.Number(x.At(px))).Append(' ').Append(Markup.Number(y.At(py)));
            drawing = true;
        }

        return path.ToString();
    }

    private void Axes(Markup page, Axis x, Axis y)
    {
        foreach (double tick in y.Ticks())
        {
            page.Shape("line", ("x1", Left), ("x2", Width - Right), ("y1", y.At(tick)), ("y2", y.At(tick)), ("class", "rule"));
            page.Element("text", Value(tick), ("x", Left - 6), ("y", y.At(tick) + 4), ("class", "end"));
        }

        foreach (double tick in x.Ticks(6).Where(t => t == Math.Round(t)))
            page.Element("text", ReportText.Number(tick), ("x", x.At(tick)), ("y", Height - Bottom + 15), ("class", "mid"));
        page.Shape("line", ("x1", Left), ("x2", Width - Right), ("y1", Height - Bottom), ("y2", Height - Bottom), ("class", "axis"));
        page.Element("text", "epoch", ("x", (Left + Width - Right) / 2), ("y", Height - 5), ("class", "mid muted"));
        page.Element("text", Unit, ("x", Left - 40), ("y", 12), ("class", "muted"));
    }

    private void Legend(Markup page)
    {
        if (Lines.Count < 2) return;
        using (page.In("ul", ("class", "legend"), ("aria-hidden", "true")))
        {
            foreach (ChartLine line in Lines)
            {
                using (page.In("li"))
                {
                    using (page.In("svg", ("viewBox", "0 0 26 8"), ("class", "key")))
                        page.Shape("path", ("d", "M0 4H26"), ("class", $"line {line.Class}"));
                    page.Text(line.Name);
                }
            }
        }
    }

    private string Description() => $"{Title} over epochs. " + string.Join(". ", Lines.Select(line =>
    {
        (double X, double Y)[] known = [.. line.Points.Where(p => double.IsFinite(p.Y))];
        return known.Length == 0
            ? $"{line.Name}: no values"
            : $"{line.Name}: from {Value(known[0].Y)} in epoch {ReportText.Number(known[0].X)} to {Value(known[^1].Y)} in epoch "
                + ReportText.Number(known[^1].X);
    }));
}
