using SswpNas.MLNet;

namespace Ablations;

/// <summary>What one row of a table does with one seed.</summary>
internal abstract record Recipe
{
    /// <summary>All options by name that a figure depends on, the seed excepted.</summary>
    public IReadOnlyDictionary<string, string> Options => OptionNames.Flat(Parts());

    /// <summary>The row's figure, in the unit of its table.</summary>
    public abstract Measured Measure(Workbench bench, int seed);

    /// <summary>What it takes, for an estimate.</summary>
    public abstract IEnumerable<Stage> Stages(int images);

    protected abstract Dictionary<string, object> Parts();
}

/// <summary>A figure and what it took.</summary>
/// <param name="Value">In the unit of the table.</param>
/// <param name="Seconds">All of the row, parts that were there already included.</param>
/// <param name="Outcomes">The trainings behind it.</param>
internal sealed record Measured(double Value, double Seconds, IReadOnlyList<Outcome> Outcomes);

/// <summary>A kind of work on a number of images, the same one only once.</summary>
/// <param name="Key">Stages of one key are done once.</param>
/// <param name="Kind">What a step is.</param>
/// <param name="Steps">Steps.</param>
/// <param name="Images">Images in all of them; one of half the side counts as a quarter.</param>
internal sealed record Stage(string Key, StageKind Kind, long Steps, double Images);

internal enum StageKind
{
    Search,
    Training,
}

/// <summary>Error in % of the found architecture, trained from scratch with all labels (Table 3).</summary>
internal sealed record FromScratch(SearchOptions Search, TrainOptions Train) : Recipe
{
    public override Measured Measure(Workbench bench, int seed)
    {
        Found found = bench.Search(Search, seed);
        Outcome trained = bench.Train(found, Train, seed);
        return new Measured(100 * (1 - trained.Accuracy), found.Seconds + trained.Seconds, [trained]);
    }

    public override IEnumerable<Stage> Stages(int images) =>
    [
        StageOf.Search(Search, images),
        StageOf.Training(OptionNames.Key(Parts()), Train.Epochs, images, Train.BatchSize),
    ];

    protected override Dictionary<string, object> Parts() => new() { ["search"] = Search, ["train"] = Train };
}

/// <summary>Accuracy in % after fine-tuning with a part of the labels (Table 4a).</summary>
internal sealed record FineTuned(SearchOptions Search, FineTuneOptions FineTune, double LabelFraction) : Recipe
{
    public override Measured Measure(Workbench bench, int seed)
    {
        Found found = bench.Search(Search, seed);
        Outcome tuned = bench.FineTune(found, FineTune, LabelFraction, seed);
        return new Measured(100 * tuned.Accuracy, found.Seconds + tuned.Seconds, [tuned]);
    }

    public override IEnumerable<Stage> Stages(int images)
    {
        yield return StageOf.Search(Search, images);
        if (FineTune.Initialization == WeightInitialization.SimClrPretrained)
            yield return StageOf.Pretraining(Search, images);
        yield return StageOf.Training(OptionNames.Key(Parts()), FineTune.Epochs, LabelFraction * images, FineTune.BatchSize);
    }

    protected override Dictionary<string, object> Parts() =>
        new() { ["search"] = Search, ["fine-tune"] = FineTune, ["label fraction"] = LabelFraction };
}

/// <summary>
/// By how many points a module raises what concomitant weights gain over random ones (Table 4b): (fine-tuned with - scratch
/// with) - (fine-tuned without - scratch without).
/// </summary>
internal sealed record RelativeGain(
    SearchOptions Search, SearchOptions Without, FineTuneOptions FineTune, double LabelFraction) : Recipe
{
    private IEnumerable<FineTuned> All =>
        from search in new[] { Search, Without }
        from start in new[] { WeightInitialization.Concomitant, WeightInitialization.Random }
        select new FineTuned(search, FineTune with { Initialization = start }, LabelFraction);

    public override Measured Measure(Workbench bench, int seed)
    {
        Measured[] m = [.. All.Select(one => one.Measure(bench, seed))];
        // Each search stands behind two of them.
        double seconds = m.Sum(x => x.Seconds) - bench.Search(Search, seed).Seconds - bench.Search(Without, seed).Seconds;
        double gain = m[0].Value - m[1].Value - (m[2].Value - m[3].Value);
        return new Measured(gain, seconds, [.. m.SelectMany(x => x.Outcomes)]);
    }

    public override IEnumerable<Stage> Stages(int images) => All.SelectMany(one => one.Stages(images));

    protected override Dictionary<string, object> Parts() => new()
    {
        ["search"] = Search,
        ["without"] = Without,
        ["fine-tune"] = FineTune,
        ["label fraction"] = LabelFraction,
    };
}

internal static class StageOf
{
    /// <summary>Where the architecture is there before the weights, all images train them.</summary>
    public static Stage Search(SearchOptions options, int images, int draw = 0)
    {
        bool choosesBefore = options.Strategy is SearchStrategy.Random or SearchStrategy.TrainingFree;
        double weightImages = choosesBefore ? images : images * (1 - options.ArchitectureFraction);
        return Of(
            $"{OptionNames.Key(options)} {draw}", StageKind.Search, options.Epochs, weightImages, options.BatchSize, LowResolution(options));
    }

    /// <summary>A step of it costs at most what one of the search does.</summary>
    public static Stage Pretraining(SearchOptions options, int images) => Of(
        "pre-training " + OptionNames.Key(options), StageKind.Search, options.Epochs, images, options.BatchSize,
        LowResolution(options));

    public static Stage Training(string key, int epochs, double images, int batch) =>
        Of(key, StageKind.Training, epochs, images, batch);

    /// <summary>Views of half the side cost a quarter.</summary>
    private static double LowResolution(SearchOptions options) => 1 - (0.75 * options.LowResolutionFraction);

    private static Stage Of(string key, StageKind kind, int epochs, double images, int batch, double cost = 1) =>
        new(key, kind, epochs * (long)Math.Ceiling(images / batch), cost * epochs * images);
}
