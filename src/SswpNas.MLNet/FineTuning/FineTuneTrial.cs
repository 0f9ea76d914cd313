namespace SswpNas.MLNet;

/// <summary>One training run of a fine-tuning.</summary>
/// <param name="LearningRate">Its peak learning rate.</param>
/// <param name="TrainingImages">Labelled images that it trained on.</param>
/// <param name="ValidationImages">
/// Labelled images that it was evaluated on; 0 in a last run on all. A run with unlabelled images is evaluated on them before it is
/// trained on them too.
/// </param>
/// <param name="ValidationAccuracy">Accuracy on those, 0 to 1, or null.</param>
/// <param name="Epochs">One entry an epoch.</param>
public sealed record FineTuneTrial(
    double LearningRate, int TrainingImages, int ValidationImages, double? ValidationAccuracy,
    IReadOnlyList<FineTuneEpoch> Epochs)
{
    /// <summary>What images without a label were for in this run.</summary>
    public UnlabelledImages Unlabelled { get; init; }
}

/// <summary>One epoch of a training run.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Loss">Mean training loss.</param>
/// <param name="ValidationAccuracy">Accuracy on the validation part, 0 to 1; null where it was not measured.</param>
public sealed record FineTuneEpoch(int Epoch, double Loss, double? ValidationAccuracy)
{
    /// <summary>
    /// Steps that were skipped because their loss or gradient was NaN or infinite; see <see cref="NonFiniteSteps"/>. 0 in a
    /// sound training.
    /// </summary>
    public int SkippedSteps { get; init; }

    /// <summary>
    /// How much the targets of images without a label counted on average, 0 to 1; null where none took part.
    /// </summary>
    public double? UnlabelledWeight { get; init; }

    /// <summary>
    /// The part of those targets, by what they counted, that named the true class, 0 to 1; null where the truth is not known
    /// (<see cref="SemiSupervisedOptions.TruthColumnName"/>).
    /// </summary>
    public double? UnlabelledAccuracy { get; init; }
}
