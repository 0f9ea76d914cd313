namespace SswpNas.MLNet.FineTuning;

/// <summary>What a training may be: its learning rate, and what unlabelled images are for.</summary>
internal sealed record TrainingChoice(double LearningRate, UnlabelledImages Unlabelled);

/// <summary>Where a training with labels starts from, and how its learning rate is found.</summary>
/// <param name="Initialization">Where the weights come from.</param>
/// <param name="LearningRates">The rates to try; one is taken as it is.</param>
/// <param name="ValidationFraction">The part of the labels that is kept for validation where there is a choice.</param>
/// <param name="EarlyStoppingPatience">Epochs without a better validation accuracy; null trains all epochs.</param>
/// <param name="TensorBoardFolder">Where event files go; null for none.</param>
/// <param name="Unlabelled">What images without a label are for.</param>
/// <param name="SemiSupervised">How it is learnt from them.</param>
internal sealed record FineTunePlan(
    WeightInitialization Initialization, IReadOnlyList<double> LearningRates, double ValidationFraction = 0.5,
    int? EarlyStoppingPatience = null, string? TensorBoardFolder = null, UnlabelledImages Unlabelled = UnlabelledImages.Ignore,
    SemiSupervisedOptions? SemiSupervised = null)
{
    /// <summary>Whether a temperature is found for the probabilities.</summary>
    public bool Calibrates { get; init; }

    /// <summary>When no class is named.</summary>
    public RejectionOptions Rejection { get; init; } = new();

    public bool StopsEarly => EarlyStoppingPatience is not null;

    /// <summary>All that may be chosen from: each learning rate with labels alone, then with the images without.</summary>
    public IReadOnlyList<TrainingChoice> Choices => [.. All(LearningRates, Unlabelled, SemiSupervised)];

    /// <summary>Trials on a part of the labels, if there is a choice.</summary>
    public int Trials => Choices.Count > 1 || StopsEarly ? Choices.Count : 0;

    /// <summary>The plan for such labels: where every image has one, there is nothing to learn from others.</summary>
    public FineTunePlan For(IReadOnlyCollection<int> labels) =>
        labels.Contains(LabelColumn.Missing) ? this : this with { Unlabelled = UnlabelledImages.Ignore };

    private static IEnumerable<TrainingChoice> All(
        IReadOnlyList<double> rates, UnlabelledImages unlabelled, SemiSupervisedOptions? semi)
    {
        bool uses = unlabelled != UnlabelledImages.Ignore;
        if (!uses || semi!.ComparesWithPlain)
        {
            foreach (double rate in rates) yield return new TrainingChoice(rate, UnlabelledImages.Ignore);
        }

        if (uses) yield return new TrainingChoice(semi!.LearningRate, unlabelled);
    }
}
