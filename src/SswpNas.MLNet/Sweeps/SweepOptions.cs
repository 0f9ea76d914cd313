using SswpNas.MLNet.Sweeps;

namespace SswpNas.MLNet;

/// <summary>
/// A label-ratio sweep (section 4.4, Fig. 5): one architecture, fine-tuned with more and fewer labels from several
/// initialisations. Immutable. A cell of the sweep is one amount of labels, one initialisation, one seed and, without test
/// data, one fold.
/// </summary>
public sealed record SweepOptions
{
    /// <summary>
    /// Fractions of the labels to keep, stratified, each above 0 and at most 1. The labels of a smaller fraction are among
    /// those of a larger one. Paper: 0.9, 0.7, 0.5, 0.3, 0.1.
    /// </summary>
    public IReadOnlyList<double> Ratios { get; init; } = [0.9, 0.7, 0.5, 0.3, 0.1];

    /// <summary>Numbers of labels a class to keep, each 1 to 1,000,000, in place of <see cref="Ratios"/>; empty for none.</summary>
    public IReadOnlyList<int> LabelsPerClass { get; init; } = [];

    /// <summary>Where the weights come from. Default: all three.</summary>
    public IReadOnlyList<WeightInitialization> Initializations { get; init; } = Enum.GetValues<WeightInitialization>();

    /// <summary>Seeds; each chooses other labels, other fresh weights and another order. Default: 1, 2, 3.</summary>
    public IReadOnlyList<int> Seeds { get; init; } = [1, 2, 3];

    /// <summary>
    /// How each cell is fine-tuned. Its <see cref="FineTuneOptions.Initialization"/> and <see cref="LongRunOptions.Seed"/>
    /// are the cell's; with more than one learning rate each cell chooses its own on a validation part of its labels. With
    /// <see cref="LongRunOptions.Checkpoints"/> each cell has a folder of its own in theirs while it runs.
    /// </summary>
    public FineTuneOptions FineTune { get; init; } = FineTuneOptions.Laptop;

    /// <summary>Learning rates of single initialisations, in place of those of <see cref="FineTune"/>.</summary>
    public IReadOnlyDictionary<WeightInitialization, IReadOnlyList<double>> LearningRates { get; init; } =
        new Dictionary<WeightInitialization, IReadOnlyList<double>>();

    /// <summary>
    /// Folds of the data, 2 to 1,000, of which each is the test part once; for sweeps without test data. Null with test data.
    /// </summary>
    public int? Folds { get; init; }

    /// <summary>
    /// The folder in which each cell is written as soon as it ends, so that a sweep can resume after a fault and several
    /// processes, on several machines too, can share it; null keeps the cells in memory.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>Whether cells that have failed before are tried again. Default: false.</summary>
    public bool RetryFailed { get; init; }

    /// <summary>Receives progress after every cell; null (default) disables it.</summary>
    public IProgress<SweepProgress>? Progress { get; init; }

    /// <summary>Stops within a step; cells that are done stay done.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>
    /// The cells of these options in the order in which they are run: seed by seed, the fewest labels first. Their numbers
    /// are those of <see cref="LabelRatioSweep.RunCell"/>.
    /// </summary>
    /// <returns>The cells.</returns>
    public IReadOnlyList<SweepCell> Cells() => SweepPlan.Of(this);

    private const int MostFolds = 1000;

    internal IEnumerable<string> Problems(bool hasTest)
    {
        List<string> found = [];
        OptionCheck check = new(found);
        foreach (double ratio in Ratios) check.That(ratio is > 0 and <= 1, nameof(Ratios), ratio, "above 0, to 1");
        foreach (int labels in LabelsPerClass) check.Count(labels, nameof(LabelsPerClass), 1);
        if (Ratios.Count == 0 && LabelsPerClass.Count == 0)
            found.Add("Ratios and LabelsPerClass are empty; at least one amount of labels was expected.");
        found.AddRange(Lists());
        check.Count(Folds, nameof(Folds), 2, MostFolds);
        if (hasTest && Folds is not null) found.Add("Folds is given together with test data; one of them was expected.");
        if (!hasTest && Folds is null) found.Add("There are neither test data nor Folds; one of them was expected.");
        foreach (string problem in FineTune is null ? ["it is null"] : FineTune.Problems()) found.Add($"FineTune: {problem}");
        foreach ((WeightInitialization start, IReadOnlyList<double> rates) in LearningRates)
        {
            if (rates.Count == 0) found.Add($"LearningRates of {start} is empty; at least one rate was expected.");
            foreach (double rate in rates) check.Positive(rate, $"LearningRates of {start}");
        }

        return found;
    }

    private IEnumerable<string> Lists()
    {
        (string Name, int Count, int Different)[] lists =
        [
            (nameof(Initializations), Initializations.Count, Initializations.Distinct().Count()),
            (nameof(Seeds), Seeds.Count, Seeds.Distinct().Count()),
        ];
        foreach ((string name, int count, int different) in lists)
        {
            if (count == 0) yield return $"{name} is empty; at least one was expected.";
            if (different < count) yield return $"{name} names one of its {count} twice; each was expected once.";
        }

        if (Ratios.Distinct().Count() < Ratios.Count || LabelsPerClass.Distinct().Count() < LabelsPerClass.Count)
            yield return "An amount of labels is named twice; each was expected once.";
    }
}

/// <summary>The progress of a sweep.</summary>
/// <param name="Done">Cells that are done, those of other processes included.</param>
/// <param name="Cells">Cells in all.</param>
/// <param name="Last">The cell that ended last.</param>
/// <param name="Elapsed">Time since this call began.</param>
/// <param name="Remaining">Estimated time to the end, from the cells of this call.</param>
public sealed record SweepProgress(int Done, int Cells, SweepRecord Last, TimeSpan Elapsed, TimeSpan Remaining);
