using SswpNas.MLNet.FineTuning;
using SswpNas.MLNet.Training.Memory;

namespace SswpNas.MLNet;

/// <summary>
/// What fine-tuning and training from scratch have in common: a network and its classifier are trained with labels.
/// </summary>
public abstract record ClassifierOptions : LongRunOptions
{
    private protected ClassifierOptions(int epochs, int warmUpEpochs, double auxiliaryWeight)
    {
        (Epochs, WarmUpEpochs, AuxiliaryWeight) = (epochs, warmUpEpochs, auxiliaryWeight);
    }

    /// <summary>
    /// Epochs, 1 to 1,000,000. Default of a fine-tuning: 600, of which 20 warm up (published code). Default of a training from
    /// scratch: the paper's 600, on ImageNet 250.
    /// </summary>
    public int Epochs { get; init; }

    /// <summary>
    /// Epochs in which the learning rate rises linearly, 0 to below <see cref="Epochs"/>. Default of a fine-tuning: the
    /// published 20. Default of a training from scratch: the paper's 0.
    /// </summary>
    public int WarmUpEpochs { get; init; }

    /// <summary>
    /// Weight of the loss of an auxiliary head, which reads the output of the second reduction cell while the network is
    /// trained; 0 for none, at most 10. Default: 0.4 (Table 5; published code of the fine-tuning).
    /// </summary>
    public double AuxiliaryWeight { get; init; }

    /// <summary>
    /// Steps of a training at least, 0 or more: with few labels an epoch is a few steps only, so <see cref="Epochs"/> and
    /// <see cref="WarmUpEpochs"/> grow in proportion until there are that many. Default: 0.
    /// </summary>
    public int MinimumSteps { get; init; }

    /// <summary>
    /// Decay of a moving average of the weights (EMA) that is taken in their place at the end, 0 (default, none) to below 1.
    /// </summary>
    public double WeightAverage { get; init; }

    /// <summary>
    /// Whether batch norm's running means and variances are re-estimated on images as they are before the network is judged and
    /// taken. Default: false.
    /// </summary>
    public bool RecomputeStatistics { get; init; }

    /// <summary>Images per step, 2 to 1,000,000. Paper: 128, on ImageNet 1024.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>
    /// Whether labelled images are drawn so that each class comes as often as any other, however many labels it has. Default: false,
    /// each image once an epoch.
    /// </summary>
    public bool BalanceClasses { get; init; }

    /// <summary>SGD momentum, 0 to below 1. Paper: 0.9.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Weight decay, 0 or more. Paper: 3e-4.</summary>
    public double WeightDecay { get; init; } = 3e-4;

    /// <summary>Largest norm of a step's gradient, above 0. Paper: 5.</summary>
    public double GradientClip { get; init; } = 5;

    /// <summary>Label smoothing, 0 to below 1. Default: 0.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Drop path's probability in the last epoch, to which it rises linearly, 0 to below 1. Paper: 0.3.</summary>
    public double DropPath { get; init; } = 0.3;

    /// <summary>Side of the square that cutout blanks in pixels, up to 1,000,000, 0 for none. Paper: 16 on 32 x 32 images.</summary>
    public int CutoutLength { get; init; } = 16;

    /// <summary>
    /// Probability that an image is mirrored left to right, 0 to 1. Default: 0.5. Choose 0 where left and right differ in
    /// meaning.
    /// </summary>
    public double FlipProbability { get; init; } = 0.5;

    /// <summary>
    /// Probability that an image is turned, by 90, 180 or 270 degrees alike, 0 (default) to 1; for images without an upright
    /// position.
    /// </summary>
    public double Rotate90Probability { get; init; }

    /// <summary>
    /// Smallest part of an image's area that a random crop keeps, above 0, to 1. At 1 (default) images are shifted by up to
    /// an eighth of their side instead, as in the paper.
    /// </summary>
    public double MinimumCropArea { get; init; } = 1;

    /// <summary>Strength of random changes of brightness, contrast and saturation, 0 (default, none) to 1.</summary>
    public double ColorJitter { get; init; }

    /// <summary>Name of the predicted label's column, of the label's key type. Default: <c>PredictedLabel</c>.</summary>
    [Option(IdentifiesRun = false)]
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>Name of the probabilities' column, one slot a class. Default: <c>Score</c>.</summary>
    [Option(IdentifiesRun = false)]
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>Name of a column for the features before the classifier; null (default) leaves them out.</summary>
    [Option(IdentifiesRun = false)]
    public string? FeaturesColumnName { get; init; }

    /// <summary>
    /// Receives progress after every epoch; null (default) disables it. The run of a training from scratch is always the first
    /// of one.
    /// </summary>
    [Option(IsSetting = false)]
    public IProgress<FineTuneProgress>? Progress { get; init; }

    /// <summary>How a training with these options goes about it.</summary>
    internal abstract FineTunePlan Plan { get; }

    /// <summary>Images and views that the network sees in a step.</summary>
    internal int RowsOfStep(UnlabelledImages unlabelled) => unlabelled == UnlabelledImages.Ignore
        ? BatchSize
        : BatchSize + (Plan.SemiSupervised!.BatchSize * Plan.SemiSupervised.ViewsPerImage);

    /// <summary>The memory that a step needs.</summary>
    internal StepMemory MemoryOfStep(MacroStructure macro, Genotype genotype) => new()
    {
        Macro = macro,
        Genotype = genotype,
        BatchSize = BatchSize,
        UnlabelledViews = RowsOfStep(Plan.Unlabelled) - BatchSize,
        CopiesOfWeights = StepMemory.CopiesFor(OptimizerKind.Sgd) + (WeightAverage > 0 ? 1 : 0),
        Heads = body => AuxiliaryWeight > 0 ? [.. AuxiliaryTower.Layers(body).Select(layer =>
            new HeadLayer(layer.Inputs, layer.Outputs, StepMemory.CopiesFor(OptimizerKind.Sgd)))] : [],
        KeepsCheckpoints = Checkpoints is not null,
        ManagedKernels = UseManagedKernels,
    };

    private protected override void FindProblems(List<string> found)
    {
        OptionCheck check = new(found);
        check.Count(Epochs, nameof(Epochs), 1);
        check.That(WarmUpEpochs >= 0 && WarmUpEpochs < Math.Max(1, Epochs), nameof(WarmUpEpochs), WarmUpEpochs, "0 to below Epochs");
        check.That(AuxiliaryWeight is >= 0 and <= 10, nameof(AuxiliaryWeight), AuxiliaryWeight, "0 to 10");
        check.Count(MinimumSteps, nameof(MinimumSteps), 0);
        check.Fraction(WeightAverage, nameof(WeightAverage), below: true);
        check.Count(BatchSize, nameof(BatchSize), 2);
        check.Fraction(Momentum, nameof(Momentum), below: true);
        check.NotNegative(WeightDecay, nameof(WeightDecay));
        check.Positive(GradientClip, nameof(GradientClip));
        check.Fraction(LabelSmoothing, nameof(LabelSmoothing), below: true);
        check.Fraction(DropPath, nameof(DropPath), below: true);
        check.Count(CutoutLength, nameof(CutoutLength), 0);
        check.Fraction(FlipProbability, nameof(FlipProbability));
        check.Fraction(Rotate90Probability, nameof(Rotate90Probability));
        check.That(MinimumCropArea is > 0 and <= 1, nameof(MinimumCropArea), MinimumCropArea, "above 0, to 1");
        check.Fraction(ColorJitter, nameof(ColorJitter));
        base.FindProblems(found);
        if (string.IsNullOrWhiteSpace(PredictedLabelColumnName)) found.Add("PredictedLabelColumnName is empty; a name was expected.");
        if (string.IsNullOrWhiteSpace(ScoreColumnName)) found.Add("ScoreColumnName is empty; a name was expected.");
        if (FeaturesColumnName is not null && string.IsNullOrWhiteSpace(FeaturesColumnName))
            found.Add("FeaturesColumnName is empty; a name or null was expected.");
    }
}
