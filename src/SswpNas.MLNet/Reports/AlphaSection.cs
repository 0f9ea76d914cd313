namespace SswpNas.MLNet.Reports;

/// <summary>The alphas of every edge over the epochs, as the probabilities that they stand for.</summary>
internal sealed class AlphaSection
{
    private const double Width = 168, Height = 100, Left = 28, Top = 6, Bottom = 16;
    private const int MostPoints = 60;

    private readonly SearchResult _result;
    private readonly int _epochs;
    private readonly Axis _probability;

    public AlphaSection(SearchResult result)
    {
        _result = result;
        _epochs = Math.Min(result.History.Count, FreezeTimes.Of(result).LastFreeEpoch(result.History.Count));
        double[] ends = [.. result.AlphaHistory.Take(_epochs).SelectMany(cells => cells).SelectMany(edges => edges)
            .Select(Softmax.Of).SelectMany(p => new[] { p.Min(), p.Max() })];
        _probability = Axis.Around(ends, Height - Bottom, Top);
    }

    public void Draw(Markup page)
    {
        using (ReportPage.Section(page, "alphas", "Alphas"))
        {
            page.Element(
                "p",
                $"How probable each operation of an edge became, epoch by epoch, up to epoch {_epochs}, after which no alpha changed. All pictures reach from {ReportText.Percent(_probability.Low)} to {ReportText.Percent(_probability.High)}; one of seven is 14.3 %. Framed: the edges that the network keeps.");
            ReportPage.Legend(page, Enum.GetValues<CellOperation>().Select(o => ($"op{(int)o}", ReportText.Of(o))));
            for (int cell = 0; cell < _result.Cells; cell++)
            {
                using (page.In("details", ("open", "open")))
                {
                    page.Element("summary", $"Cell {cell}");
                    using (page.In("div", ("class", "panels"))) Cell(page, cell);
                }
            }
        }
    }

    private void Cell(Markup page, int cell)
    {
        for (int node = 0; node < CellTopology.IntermediateNodes; node++)
        {
            for (int input = 0; input < CellTopology.InputsOf(node); input++) Edge(page, cell, node, input);
        }
    }

    private void Edge(Markup page, int cell, int node, int input)
    {
        double[][] history = [.. Enumerable.Range(0, _epochs)
            .Select(epoch => Softmax.Of(_result.AlphaHistory[epoch][cell][CellTopology.EdgeIndex(node, input)]))];
        GenotypeEdge[] kept = [.. _result.Genotype.Cells[cell].Edges.Skip(2 * node).Take(2).Where(e => e.Input == input)];
        string name = $"{ReportText.OfNode(input)} → {ReportText.Number(node)}";
        using (page.In("figure", ("class", kept.Length > 0 ? "panel kept" : "panel")))
        {
            page.Element("figcaption", kept.Length > 0 ? $"{name}: {ReportText.Of(kept[0].Operation)}" : name);
            using (page.In(
                "svg", ("viewBox", $"0 0 {Width} {Height}"), ("role", "img"),
                ("aria-label", Description(cell, node, input, history, kept))))
            {
                Lines(page, history);
            }
        }
    }

    private void Lines(Markup page, double[][] history)
    {
        Axis x = new(1, Math.Max(2, _epochs), Left, Width - 4), y = _probability;
        foreach (double tick in y.Ticks(2))
        {
            page.Shape("line", ("x1", Left), ("x2", Width - 4), ("y1", y.At(tick)), ("y2", y.At(tick)), ("class", "rule"));
            page.Element("text", $"{ReportText.Number(100 * tick, "0.#")}%", ("x", Left - 3), ("y", y.At(tick) + 4), ("class", "end small"));
        }

        for (int k = 0; k < CellOperations.Count; k++)
        {
            (double, double)[] points = [.. history.Select((p, epoch) => (epoch + 1.0, p[k]))];
            page.Shape("path", ("d", LineChart.Path(points, x, y, MostPoints)), ("class", $"line thin op{k}"));
        }

        page.Element("text", "1", ("x", Left), ("y", Height - 3), ("class", "small"));
        page.Element("text", ReportText.Number(_epochs), ("x", Width - 4), ("y", Height - 3), ("class", "end small"));
    }

    private static string Description(int cell, int node, int input, double[][] history, GenotypeEdge[] kept)
    {
        string ends = history.Length == 0
            ? "no epochs"
            : "in the end " + string.Join(", ", history[^1].Select((p, k) => (Probability: p, Operation: (CellOperation)k))
                .OrderByDescending(o => o.Probability).Select(o => $"{o.Operation.ToName()} {ReportText.Percent(o.Probability)}"));
        return $"Cell {cell}, edge from {ReportText.OfNode(input)} to node {node}: {ends}"
            + (kept.Length > 0 ? $"; kept with {kept[0].Operation.ToName()}" : "; not kept");
    }
}
