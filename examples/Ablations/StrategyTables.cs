using SswpNas.MLNet;

namespace Ablations;

/// <summary>
/// Is the search better than chance? Architectures that it chooses against random ones of the same space, whose weights get as many
/// steps (Li and Talwalkar, 2019; Yu et al., 2020), and against a choice without training.
/// </summary>
internal static class StrategyTables
{
    private const string Gradient = "gradient (the paper's)";
    private const string Hybrid = "hybrid";
    private const string TrainingFree = "training-free";
    private const string Random = "random";
    private const int RandomDraws = 5;

    /// <summary>By what the architectures are judged.</summary>
    private static readonly Dictionary<string, (Judgement By, string Unit)> _tables = new()
    {
        ["random"] = (Judgement.FineTuned, "Accuracy in % on the test images after fine-tuning from the search's weights"),
        ["random-probe"] = (Judgement.Probed, "Accuracy in % on the test images of a linear classifier on the search's features"),
        ["random-scratch"] = (Judgement.FromScratch, "Accuracy in % on the test images of the architecture trained from scratch with all labels"),
    };

    public static IEnumerable<string> Names => _tables.Keys;

    public static PaperTable Of(string name, Scale scale)
    {
        (Judgement by, string unit) = _tables[name];
        // All images train the weights of an architecture that is there before: as many steps in fewer epochs.
        SearchOptions gradient = scale.StrategySearch;
        int epochs = Math.Max(2, (int)Math.Round(gradient.Epochs * (1 - gradient.ArchitectureFraction)));
        string labels = by == Judgement.FromScratch ? "" : FormattableString.Invariant($" with {100 * scale.FewLabels} % of the labels");
        return new PaperTable(
            name, $"Chosen against random architectures, {RandomDraws} random ones a seed", unit + labels, LowerIsBetter: false,
            Chosen(gradient),
            [
                new Row(Gradient, null, Chosen(gradient)),
                new Row(Hybrid, null, Chosen(gradient with { Strategy = SearchStrategy.Hybrid })),
                new Row(TrainingFree, null, Chosen(gradient with { Strategy = SearchStrategy.TrainingFree, Epochs = epochs })),
                new Row(Random, null, Chosen(gradient with { Strategy = SearchStrategy.Random, Epochs = epochs }, RandomDraws)),
            ],
            [
                new Claim(Gradient, Random), new Claim(Hybrid, Random), new Claim(TrainingFree, Random),
                new Claim(TrainingFree, Gradient), new Claim(Hybrid, Gradient),
            ]);

        ChosenArchitecture Chosen(SearchOptions search, int draws = 1) =>
            new(search, by, scale.StrategyFineTune, scale.Train, scale.FewLabels, draws);
    }
}

internal enum Judgement
{
    FineTuned,
    Probed,
    FromScratch,
}

/// <summary>Accuracy in % of what a search chooses; of several searches with seeds of their own, the mean.</summary>
internal sealed record ChosenArchitecture(
    SearchOptions Search, Judgement By, FineTuneOptions FineTune, TrainOptions Train, double LabelFraction, int Draws) : Recipe
{
    private const int SeedsBetween = 1000;

    public override Measured Measure(Workbench bench, int seed)
    {
        List<Outcome> outcomes = [];
        double seconds = 0;
        for (int draw = 0; draw < Draws; draw++)
        {
            Found found = bench.Search(Search, seed + (draw * SeedsBetween));
            outcomes.Add(By switch
            {
                Judgement.FineTuned => bench.FineTune(found, FineTune, LabelFraction, seed),
                Judgement.Probed => bench.Probe(found, LabelFraction, seed),
                _ => bench.Train(found, Train, seed),
            });
            seconds += found.Seconds + outcomes[^1].Seconds;
        }

        return new Measured(100 * outcomes.Average(o => o.Accuracy), seconds / Draws, outcomes);
    }

    public override IEnumerable<Stage> Stages(int images)
    {
        for (int draw = 0; draw < Draws; draw++)
        {
            yield return StageOf.Search(Search, images, draw);
            string key = $"{OptionNames.Key(Parts())} {draw}";
            if (By == Judgement.FineTuned) yield return StageOf.Training(key, FineTune.Epochs, LabelFraction * images, FineTune.BatchSize);
            if (By == Judgement.FromScratch) yield return StageOf.Training(key, Train.Epochs, images, Train.BatchSize);
        }
    }

    protected override Dictionary<string, object> Parts()
    {
        Dictionary<string, object> parts = new() { ["search"] = Search, ["draws"] = Draws };
        if (By == Judgement.FromScratch) parts["train"] = Train;
        else parts["label fraction"] = LabelFraction;
        if (By == Judgement.FineTuned) parts["fine-tune"] = FineTune;
        return parts;
    }
}
