namespace SswpNas.MLNet.Reports;

/// <summary>How the search went: losses, entropy, skips and pools, when cells were frozen.</summary>
internal sealed class SearchSection(SearchResult result)
{
    private readonly IReadOnlyList<SearchEpoch> _history = result.History;
    private readonly IReadOnlyList<PhaseBand> _phases = PhaseBand.Of(result.History);
    private readonly FreezeTimes _freezes = FreezeTimes.Of(result);

    public void Draw(Markup page)
    {
        using (ReportPage.Section(page, "search", "The search"))
        {
            page.Element("p", $"{Length()} {Chosen()}", ("class", "lead"));
            page.Element("p", $"{Phases()} {_freezes.Sentence}{Stopped()}");
            if (_phases.Count > 0)
            {
                page.Element("p", "The tint behind a line, or above a row, is the phase. In the pictures with a row for each cell a darker bar is a higher number; the last one stands at its end.");
                PhaseBand.Legend(page, _phases);
            }

            using (page.In("div", ("class", "grid")))
            {
                Losses().Draw(page);
                Entropy().Draw(page);
                Rate().Draw(page);
                Freezes().Draw(page);
                Counts("Skip connections each cell would keep", e => e.Skips).Draw(page);
                Counts("Pools each cell would keep", e => e.Pools).Draw(page);
                if (_history.All(e => e.CellEntropies.Count == result.Cells)) CellEntropies().Draw(page);
            }

            HtmlTable.Folded(
                page, "All epochs as numbers",
                ["epoch", "phase", "loss", "architecture loss", "learning rate", "path entropy, nats", "frozen cells", "skips", "pools", "seconds"],
                _history.Select(Row));
        }
    }

    private string Length() =>
        $"The search took {ReportText.Duration(result.Seconds)} for {ReportText.Grouped(_history.Count)} epochs on {ReportText.Grouped(result.Settings.Images)} images.";

    private string Phases() => string.Join(", ", _phases.Select(p =>
        $"{ReportText.Of(p.Phase)} in epochs {p.First} to {p.Last}")) is { Length: > 0 } text
        ? $"Phases: {text}."
        : "There were no epochs.";

    private string Stopped() => result.AlphasStoppedAfter is int epoch
        ? $" Skip connections took over: the alphas were stopped after epoch {epoch}."
        : "";

    private string Chosen() => result.Strategy switch
    {
        SearchStrategy.Random => "The architecture was drawn at random; all epochs trained its weights.",
        SearchStrategy.TrainingFree => "The architecture was chosen by a score without training; all epochs trained its weights.",
        _ when result.PathEntropy is not double => "",
        _ => $"When their cells were frozen, the alphas had a path entropy of {ReportText.Number(result.PathEntropy!.Value, "0.00")} nats (undecided is 1.95), "
            + $"and the likeliest operation of an edge led the second by a probability of {ReportText.Number(result.Margin!.Value, "0.00")} on average: "
            + Words(result.Margin.Value),
    };

    private static string Words(double margin) => margin switch
    {
        < 0.05 => "the search has hardly decided, and another seed may well find another architecture.",
        < 0.2 => "the search has decided in part.",
        _ => "the search has decided.",
    };

    private LineChart Losses() => new(
        "Loss", "mean loss of an epoch's steps",
        [
            new ChartLine("weights", "c0", [.. _history.Select(e => ((double)e.Epoch, e.Loss))]),
            new ChartLine("architecture", "c1 dashed", [.. _history.Select(e => ((double)e.Epoch, e.ArchitectureLoss))]),
        ])
    { Phases = _phases };

    private LineChart Entropy() => new(
        "Path entropy", "nats an edge; undecided is 1.95",
        [new ChartLine("entropy", "c2", [.. _history.Select(e => ((double)e.Epoch, e.PathEntropy))])])
    { Phases = _phases, Low = 0, High = 2.4 };

    private LineChart Rate() => new(
        "Learning rate of the weights", "at the epoch's end",
        [new ChartLine("learning rate", "c3", [.. _history.Select(e => ((double)e.Epoch, e.LearningRate))])])
    { Phases = _phases, Low = 0, Value = v => ReportText.Number(v, "0.#####") };

    private CellRows Freezes() => new(
        "Epoch from which each cell was frozen", result.Cells, _history.Count, (cell, epoch) => _freezes.IsFrozen(cell, epoch) ? 1 : 0)
    {
        Phases = _phases,
        Most = 1,
        Value = v => v > 0 ? "frozen" : "free",
        Class = "heat frozen",
        End = cell => _freezes.First(cell) is int first ? ReportText.Number(first) : "at end",
    };

    private CellRows Counts(string title, Func<SearchEpoch, IReadOnlyList<int>> counts) => new(
        title, result.Cells, _history.Count, (cell, epoch) => counts(_history[epoch - 1])[cell])
    {
        Phases = _phases,
        Most = 8,
    };

    private CellRows CellEntropies() => new(
        "Path entropy of each cell, nats", result.Cells, _history.Count,
        (cell, epoch) => Math.Round(_history[epoch - 1].CellEntropies[cell], 2))
    {
        Phases = _phases,
        Most = Math.Log(CellOperations.Count),
    };

    private static string[] Row(SearchEpoch e) =>
    [
        ReportText.Number(e.Epoch), ReportText.Of(e.Phase), ReportText.Number(e.Loss), ReportText.Number(e.ArchitectureLoss),
        ReportText.Number(e.LearningRate, "0.######"), ReportText.Number(e.PathEntropy), ReportText.Number(e.FrozenCells),
        string.Join(' ', e.Skips), string.Join(' ', e.Pools), ReportText.Number(e.Seconds, "0.##"),
    ];
}
