namespace SswpNas.MLNet.Reports;

/// <summary>A stretch of epochs, both included, in which a cell has one value.</summary>
internal readonly record struct CellRun(int First, int Last, double Value);

/// <summary>A row for each cell, epochs from left to right, shaded by a value: a heat map over the search.</summary>
internal sealed record CellRows(string Title, int Cells, int Epochs, Func<int, int, double> ValueAt)
{
    private const double Left = 48, Right = 36, Top = 18, Row = 18, Bottom = 32;

    public IReadOnlyList<PhaseBand> Phases { get; init; } = [];

    /// <summary>The value that is shaded fully.</summary>
    public required double Most { get; init; }

    public Func<double, string> Value { get; init; } = v => ReportText.Number(v, "0.##");

    public string Class { get; init; } = "heat";

    /// <summary>What stands at the end of a cell's row; by default the value of the last epoch.</summary>
    public Func<int, string>? End { get; init; }

    public void Draw(Markup page)
    {
        double bottom = Top + (Row * Cells), height = bottom + Bottom;
        Axis x = new(0.5, Epochs + 0.5, Left, LineChart.Width - Right);
        using (page.In("figure", ("class", "chart")))
        {
            page.Element("figcaption", Title);
            using (page.In(
                "svg", ("viewBox", $"0 0 {LineChart.Width} {Markup.Number(height)}"), ("role", "img"), ("aria-label", Description())))
            {
                PhaseBand.Draw(page, Phases, x, 4, Top);
                for (int cell = 0; cell < Cells; cell++) Draw(page, cell, x);
                foreach (double tick in x.Ticks(6).Where(t => t == Math.Round(t) && t >= 1))
                    page.Element("text", ReportText.Number(tick), ("x", x.At(tick)), ("y", bottom + 14), ("class", "mid"));
                page.Element("text", "epoch", ("x", (Left + LineChart.Width - Right) / 2), ("y", height - 4), ("class", "mid muted"));
            }
        }
    }

    /// <summary>The stretches of one value of a cell.</summary>
    public IEnumerable<CellRun> Runs(int cell)
    {
        int first = 1;
        for (int epoch = 2; epoch <= Epochs + 1; epoch++)
        {
            double value = ValueAt(cell, first);
            if (epoch <= Epochs && ValueAt(cell, epoch).Equals(value)) continue;
            yield return new CellRun(first, epoch - 1, value);
            first = epoch;
        }
    }

    private void Draw(Markup page, int cell, Axis x)
    {
        double y = Top + (Row * cell);
        page.Element("text", $"cell {cell}", ("x", Left - 6), ("y", y + 13), ("class", "end"));
        foreach (CellRun run in Runs(cell))
        {
            double from = x.At(run.First - 0.5), to = x.At(run.Last + 0.5);
            using (page.In(
                "rect", ("x", from), ("y", y + 2), ("width", to - from), ("height", Row - 4), ("class", Class),
                ("fill-opacity", Math.Clamp(run.Value / Most, 0, 1))))
            {
                page.Element("title", $"cell {cell}, epochs {run.First} to {run.Last}: {Value(run.Value)}");
            }
        }

        page.Shape(
            "rect", ("x", Left), ("y", y + 2), ("width", LineChart.Width - Right - Left), ("height", Row - 4), ("class", "frame"));
        page.Element("text", EndOf(cell), ("x", LineChart.Width - Right + 5), ("y", y + 13));
    }

    private string EndOf(int cell) => End?.Invoke(cell) ?? Value(ValueAt(cell, Epochs));

    private string Description() => $"{Title}, a row for each cell. " + string.Join(". ", Enumerable.Range(0, Cells).Select(cell => End is null
        ? $"Cell {cell}: {Value(ValueAt(cell, 1))} in the first epoch, {EndOf(cell)} in the last"
        : $"Cell {cell}: {EndOf(cell)}"));
}
