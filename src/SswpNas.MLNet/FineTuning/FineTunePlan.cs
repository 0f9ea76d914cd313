namespace SswpNas.MLNet.FineTuning;

/// <summary>Where a training with labels starts from, and how its learning rate is found.</summary>
/// <param name="Initialization">Where the weights come from.</param>
/// <param name="LearningRates">The rates to try; one is taken as it is.</param>
/// <param name="ValidationFraction">The part of the labels that is kept for validation where there is a choice.</param>
/// <param name="EarlyStoppingPatience">Epochs without a better validation accuracy; null trains all epochs.</param>
/// <param name="TensorBoardFolder">Where event files go; null for none.</param>
internal sealed record FineTunePlan(
    WeightInitialization Initialization, IReadOnlyList<double> LearningRates, double ValidationFraction = 0.5,
    int? EarlyStoppingPatience = null, string? TensorBoardFolder = null)
{
    public bool StopsEarly => EarlyStoppingPatience is not null;

    /// <summary>Trials on a part of the labels, if there is a choice.</summary>
    public int Choices => LearningRates.Count > 1 || StopsEarly ? LearningRates.Count : 0;
}
