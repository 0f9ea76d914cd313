namespace SswpNas.MLNet.Reports;

/// <summary>One line of a chart.</summary>
internal sealed record ChartLine(string Name, string Class, IReadOnlyList<(double X, double Y)> Points)
{
    /// <summary>Around the line from left to right; empty for none.</summary>
    public IReadOnlyList<(double X, double Low, double High)> Band { get; init; } = [];

    /// <summary>What a mark on each point says; empty for no marks.</summary>
    public IReadOnlyList<string> Marks { get; init; } = [];
}

/// <summary>Values over epochs or over something else, the phases of the search behind them.</summary>
internal sealed record LineChart(string Title, string Unit, IReadOnlyList<ChartLine> Lines)
{
    public const double Width = 420;
    private const double Height = 236, Left = 46, Right = 10, Top = 20, Bottom = 34;
    private const double FileWidth = Width + 12, FileHeight = Height + 20; // room for the last label and the legend
    private const int MostPoints = 300;

    public IReadOnlyList<PhaseBand> Phases { get; init; } = [];

    public double? Low { get; init; }

    public double? High { get; init; }

    public Func<double, string> Value { get; init; } = v => ReportText.Number(v, "0.###");

    public string XName { get; init; } = "epoch";

    /// <summary>Labels along the horizontal axis; null for whole numbers.</summary>
    public IReadOnlyList<(double X, string Text)>? XTicks { get; init; }

    public string? Description { get; init; }

    /// <summary>The chart within a page, whose style sheet colours it.</summary>
    public void Draw(Markup page)
    {
        using (page.In("figure", ("class", "chart")))
        {
            page.Element("figcaption", Title);
            using (page.In(
                "svg", ("viewBox", $"0 0 {Width} {Height}"), ("role", "img"), ("aria-label", Description ?? CourseOfLines())))
            {
                Plot(page);
            }

            if (Lines.Count > 1) ReportPage.Legend(page, Lines.Select(line => (line.Class, line.Name)));
        }
    }

    /// <summary>The chart as a file of its own.</summary>
    public string ToSvg(string style)
    {
        Markup page = new();
        using (page.In(
            "svg", ("xmlns", "http://www.w3.org/2000/svg"), ("viewBox", $"0 0 {FileWidth} {FileHeight}"), ("role", "img")))
        {
            page.Element("title", Title);
            page.Element("desc", Description ?? CourseOfLines());
            using (page.In("style")) page.Trusted(style);
            page.Shape("rect", ("width", FileWidth), ("height", FileHeight), ("class", "background"));
            Plot(page);
            double x = Left;
            foreach (ChartLine line in Lines)
            {
                page.Shape("path", ("d", $"M{Markup.Number(x)} {Height + 6}h26"), ("class", $"line {line.Class}"));
                page.Element("text", line.Name, ("x", x + 32), ("y", Height + 10));
                x += (Width - Left - Right) / Lines.Count;
            }
        }

        return page.ToString();
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

    private void Plot(Markup page)
    {
        double[] xs = [.. Lines.SelectMany(line => line.Points).Select(p => p.X).DefaultIfEmpty(1)];
        Axis x = new(xs.Min(), Math.Max(xs.Max(), xs.Min() + 1), Left, Width - Right);
        IEnumerable<double> ys = Lines.SelectMany(l => l.Points.Select(p => p.Y).Concat(l.Band.SelectMany(b => new[] { b.Low, b.High })));
        var y = Axis.Around(ys, Height - Bottom, Top, Low, High);
        PhaseBand.Draw(page, Phases, x, Top, Height - Bottom);
        Axes(page, x, y);
        foreach (ChartLine line in Lines)
        {
            if (line.Band.Count > 0)
            {
                (double, double)[] around = [.. line.Band.Select(b => (b.X, b.High)), .. line.Band.Reverse().Select(b => (b.X, b.Low))];
                page.Shape("path", ("d", Path(around, x, y) + "Z"), ("class", $"band {line.Class}"));
            }

            page.Shape("path", ("d", Path(line.Points, x, y)), ("class", $"line {line.Class}"));
            foreach ((string mark, (double px, double py)) in line.Marks.Zip(line.Points))
            {
                using (page.In("circle", ("cx", x.At(px)), ("cy", y.At(py)), ("r", 3), ("class", $"mark {line.Class}")))
                    page.Element("title", mark);
            }
        }
    }

    private void Axes(Markup page, Axis x, Axis y)
    {
        foreach (double tick in y.Ticks())
        {
            page.Shape("line", ("x1", Left), ("x2", Width - Right), ("y1", y.At(tick)), ("y2", y.At(tick)), ("class", "rule"));
            page.Element("text", Value(tick), ("x", Left - 6), ("y", y.At(tick) + 4), ("class", "end"));
        }

        foreach ((double tick, string text) in XTicks ?? [.. x.Ticks(6).Where(t => t == Math.Round(t)).Select(t => (t, ReportText.Number(t)))])
            page.Element("text", text, ("x", x.At(tick)), ("y", Height - Bottom + 15), ("class", "mid"));
        page.Shape("line", ("x1", Left), ("x2", Width - Right), ("y1", Height - Bottom), ("y2", Height - Bottom), ("class", "axis"));
        page.Element("text", XName, ("x", (Left + Width - Right) / 2), ("y", Height - 5), ("class", "mid muted"));
        page.Element("text", Unit, ("x", Left - 40), ("y", 12), ("class", "muted"));
    }

    private string CourseOfLines() => $"{Title} over epochs. " + string.Join(". ", Lines.Select(line =>
    {
        (double X, double Y)[] known = [.. line.Points.Where(p => double.IsFinite(p.Y))];
        return known.Length == 0
            ? $"{line.Name}: no values"
            : $"{line.Name}: from {Value(known[0].Y)} in epoch {ReportText.Number(known[0].X)} to {Value(known[^1].Y)} in epoch "
                + ReportText.Number(known[^1].X);
    }));
}
