namespace SswpNas.MLNet.Reports;

/// <summary>Whether the model is right as often as it is sure: accuracy over confidence, and how many images are in each range.</summary>
internal sealed class ReliabilityChart(ReportTest test)
{
    private const double Width = 380, Left = 44, Right = 10, Top = 22, Bottom = 250, CountsTop = 258, CountsBottom = 296, Height = 330;
    private const double Fair = 0.03;

    private readonly IReadOnlyList<ReliabilityBin> _bins = test.Reliability;

    public void Draw(Markup page)
    {
        using (page.In("div"))
        {
            page.Element("h3", "How sure, and how often right");
            page.Element("p", Sentence());
            using (page.In("figure", ("class", "chart")))
            {
                page.Element("figcaption", "Reliability diagram");
                using (page.In("svg", ("viewBox", $"0 0 {Width} {Height}"), ("role", "img"), ("aria-label", Description()))) Plot(page);
                ReportPage.Legend(page, [("bar-key", "accuracy"), ("c1 solid", "mean probability"), ("c4 dashed", "where the two are equal")]);
            }

            HtmlTable.Folded(
                page, "The ranges as numbers", ["probability", "images", "mean probability", "accuracy"],
                _bins.Select((bin, i) => (bin, i)).Where(b => b.bin.Count > 0).Select(b => (string[])
                [
                    ReportText.Percents((b.i / (double)_bins.Count, (b.i + 1) / (double)_bins.Count)), ReportText.Grouped(b.bin.Count),
                    ReportText.Percent(b.bin.Confidence), ReportText.Percent(b.bin.Accuracy),
                ]));
        }
    }

    private string Sentence()
    {
        int images = _bins.Sum(bin => bin.Count);
        double sure = Reliability.Confidence(_bins), right = _bins.Sum(bin => bin.Count * bin.Accuracy) / images;
        string verdict = (sure - right) switch
        {
            > Fair => "it is right less often than its probabilities say.",
            < -Fair => "it is right more often than its probabilities say.",
            _ => "on average its probabilities can be taken at their word.",
        };
        return $"On average the model gave the class that it said {ReportText.Percent(sure)} and was right in {ReportText.Percent(right)}: {verdict} "
            + $"The expected calibration error is {ReportText.Percent(Reliability.ExpectedError(_bins))}, the mean distance between the two over {ReportText.Grouped(_bins.Count)} ranges.";
    }

    private void Plot(Markup page)
    {
        Axis x = new(0, 1, Left, Width - Right), y = new(0, 1, Bottom, Top);
        foreach (double tick in y.Ticks())
        {
            page.Shape("line", ("x1", Left), ("x2", Width - Right), ("y1", y.At(tick)), ("y2", y.At(tick)), ("class", "rule"));
            page.Element("text", $"{ReportText.Number(100 * tick, "0")}%", ("x", Left - 6), ("y", y.At(tick) + 4), ("class", "end"));
            page.Element("text", $"{ReportText.Number(100 * tick, "0")}%", ("x", x.At(tick)), ("y", CountsBottom + 15), ("class", tick > 0.9 ? "end" : "mid"));
        }

        Axis counts = new(0, Math.Max(1, _bins.Max(bin => bin.Count)), CountsBottom, CountsTop);
        for (int i = 0; i < _bins.Count; i++) Bin(page, i, x, y, counts);
        page.Shape("path", ("d", $"M{Markup.Number(x.At(0))} {Markup.Number(y.At(0))}L{Markup.Number(x.At(1))} {Markup.Number(y.At(1))}"), ("class", "line c4 dashed"));
        page.Shape("line", ("x1", Left), ("x2", Width - Right), ("y1", Bottom), ("y2", Bottom), ("class", "axis"));
        page.Shape("line", ("x1", Left), ("x2", Width - Right), ("y1", CountsBottom), ("y2", CountsBottom), ("class", "axis"));
        page.Element("text", "accuracy", ("x", 4), ("y", 12), ("class", "muted"));
        page.Element("text", "images", ("x", 0), ("y", CountsTop + 14), ("class", "muted"));
        page.Element("text", "probability of the class that was said", ("x", (Left + Width - Right) / 2), ("y", Height - 3), ("class", "mid muted"));
    }

    private void Bin(Markup page, int i, Axis x, Axis y, Axis counts)
    {
        ReliabilityBin bin = _bins[i];
        if (bin.Count == 0) return;
        double from = x.At(i / (double)_bins.Count) + 1, width = x.At((i + 1) / (double)_bins.Count) - from - 1;
        string words = $"{ReportText.Grouped(bin.Count)} images: {ReportText.Percent(bin.Confidence)} sure, {ReportText.Percent(bin.Accuracy)} right";
        using (page.In("rect", ("x", from), ("y", y.At(bin.Accuracy)), ("width", width), ("height", Bottom - y.At(bin.Accuracy)), ("class", "heat part")))
            page.Element("title", words);
        page.Shape("line", ("x1", from), ("x2", from + width), ("y1", y.At(bin.Confidence)), ("y2", y.At(bin.Confidence)), ("class", "line c1 solid"));
        using (page.In("rect", ("x", from), ("y", counts.At(bin.Count)), ("width", width), ("height", CountsBottom - counts.At(bin.Count)), ("class", "heat frozen")))
            page.Element("title", words);
    }

    private string Description() => "Accuracy over probability. " + string.Join("; ", _bins.Where(bin => bin.Count > 0)
        .Select(bin => $"{ReportText.Grouped(bin.Count)} images, {ReportText.Percent(bin.Confidence)} sure, {ReportText.Percent(bin.Accuracy)} right"));
}
