namespace SswpNas.MLNet;

/// <summary>What images without a label are for in a fine-tuning.</summary>
public enum UnlabelledImages
{
    /// <summary>Nothing: they are left out, and not even read.</summary>
    Ignore,

    /// <summary>The network learns from its own predictions of them: semi-supervised learning with pseudo-labels.</summary>
    PseudoLabels,

    /// <summary>
    /// The network learns the probabilities that a classifier on a teacher's features gives them (distillation). Needs a teacher
    /// column.
    /// </summary>
    Teacher,

    /// <summary>At first the teacher's probabilities, then more and more its own predictions too. Needs a teacher column.</summary>
    TeacherAndPseudoLabels,
}

/// <summary>What follows from what unlabelled images are for.</summary>
internal static class UnlabelledImagesExtensions
{
    /// <summary>Whether it takes a teacher.</summary>
    public static bool IsTaught(this UnlabelledImages use) => use is UnlabelledImages.Teacher or UnlabelledImages.TeacherAndPseudoLabels;
}

/// <summary>How much a pseudo-label counts.</summary>
public enum PseudoLabelMethod
{
    /// <summary>
    /// SoftMatch (Chen et al., ICLR 2023): all count, the less sure ones less, by a Gaussian that follows the mean and the
    /// variance of the confidences.
    /// </summary>
    SoftMatch,

    /// <summary>
    /// FreeMatch (Wang et al., ICLR 2023), without its fairness term: those count whose confidence reaches a threshold that follows
    /// the mean confidence and is lower for classes that are learnt late.
    /// </summary>
    FreeMatch,
}

/// <summary>How a fine-tuning learns from images without a label. Immutable.</summary>
public sealed record SemiSupervisedOptions
{
    /// <summary>
    /// Steps of the training, at least 1, in place of <see cref="ClassifierOptions.Epochs"/> and
    /// <see cref="ClassifierOptions.MinimumSteps"/>. Default: 1000.
    /// </summary>
    public int Steps { get; init; } = 1000;

    /// <summary>Learning rate, above 0. Default: 0.1.</summary>
    public double LearningRate { get; init; } = 0.1;

    /// <summary>Images without a label in a step, at least 1. Default: 48.</summary>
    public int BatchSize { get; init; } = 48;

    /// <summary>Views of each of them that are trained on, 1 to 8. Default: 1.</summary>
    public int ViewsPerImage { get; init; } = 1;

    /// <summary>Weight of their loss against that of the labelled images, above 0, at most 100. Default: 1.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>The part of the steps at the start that sees labelled images only, 0 to below 1. Default: 0.1.</summary>
    public double WarmUpFraction { get; init; } = 0.1;

    /// <summary>The part of the steps after them in which the weight rises linearly from 0, 0 to below 1. Default: 0.3.</summary>
    public double RampFraction { get; init; } = 0.3;

    /// <summary>How much a pseudo-label counts. Default: SoftMatch.</summary>
    public PseudoLabelMethod Method { get; init; }

    /// <summary>
    /// Momentum of the running means that follow the predictions (of confidences and of classes), 0 to below 1. Default: 0.99.
    /// </summary>
    public double Momentum { get; init; } = 0.99;

    /// <summary>
    /// Whether predictions are aligned: made such that their classes are on average as frequent as those of the labels. Default:
    /// true. Choose false where the labelled images were not drawn at random.
    /// </summary>
    public bool AlignDistribution { get; init; } = true;

    /// <summary>Whether a pseudo-label is the likeliest class alone, not the probabilities of all. Default: false.</summary>
    public bool HardLabels { get; init; }

    /// <summary>
    /// Temperature of the teacher's probabilities, above 0, at most 100: higher ones are softer. Default: 0.5, since a small network
    /// learns sharp targets better; at 1 they are about as sure as they are right.
    /// </summary>
    public double TeacherTemperature { get; init; } = 0.5;

    /// <summary>
    /// The part that the network's own predictions, where they are sure, have in the targets of
    /// <see cref="UnlabelledImages.TeacherAndPseudoLabels"/>, 0 to 1: none in the first fifth of the steps, all of it from half of them
    /// on. Default: 0.6.
    /// </summary>
    public double OwnShare { get; init; } = 0.6;

    /// <summary>
    /// The part of the steps at the start in which images have half their side, at a quarter of the time; 0 to below 1. Default: 0.
    /// </summary>
    public double LowResolutionFraction { get; init; }

    /// <summary>
    /// Whether the validation part of the labels decides between this and a fine-tuning with labels alone, after three quarters of
    /// the steps; then it is trained on too. Default: true. False trains on all labels from the start.
    /// </summary>
    public bool ComparesWithPlain { get; init; } = true;

    /// <summary>
    /// A label column with the true classes of all images, where they are known: for the records alone, which then say how many
    /// targets were right (<see cref="FineTuneEpoch.UnlabelledAccuracy"/>). Nothing is learnt from it. Null (default) for none.
    /// </summary>
    [Option(IdentifiesRun = false)]
    public string? TruthColumnName { get; init; }

    /// <summary>How the views that are trained on are drawn. The predictions are made on images varied as labelled ones are.</summary>
    public ViewOptions Views { get; init; } = new() { MinimumCropArea = 0.4, JitterProbability = 0.8 };

    /// <summary>One sentence for every option out of range; none when all is well.</summary>
    internal IReadOnlyCollection<string> Problems(string prefix)
    {
        List<string> found = [];
        OptionCheck check = new(found, prefix);
        check.Count(Steps, nameof(Steps), 1);
        check.Positive(LearningRate, nameof(LearningRate));
        check.Count(BatchSize, nameof(BatchSize), 1);
        check.Count(ViewsPerImage, nameof(ViewsPerImage), 1, 8);
        check.That(Weight is > 0 and <= 100, nameof(Weight), Weight, "above 0, to 100");
        check.Fraction(WarmUpFraction, nameof(WarmUpFraction), below: true);
        check.Fraction(RampFraction, nameof(RampFraction), below: true);
        check.Defined(Method, nameof(Method));
        check.Fraction(Momentum, nameof(Momentum), below: true);
        check.That(
            TeacherTemperature is > 0 and <= 100, nameof(TeacherTemperature), TeacherTemperature, "above 0, to 100");
        check.Fraction(OwnShare, nameof(OwnShare));
        check.Fraction(LowResolutionFraction, nameof(LowResolutionFraction), below: true);
        found.AddRange(Views is null ? [$"{prefix}.{nameof(Views)} is null."] : Views.Problems($"{prefix}.{nameof(Views)}"));
        return found;
    }
}
