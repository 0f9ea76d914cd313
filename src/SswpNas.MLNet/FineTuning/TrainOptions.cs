using SswpNas.MLNet.FineTuning;

namespace SswpNas.MLNet;

/// <summary>
/// Settings of training an architecture from scratch with labels (Table 5, the columns "train"). Immutable; start from a preset
/// and change what differs: <c>TrainOptions.Cifar10 with { Epochs = 300 }</c>. The property defaults are the CIFAR column's.
/// </summary>
public sealed record TrainOptions : ClassifierOptions
{
    /// <summary>The paper's training on CIFAR-10: <see cref="Cifar10"/>.</summary>
    public TrainOptions()
        : base(epochs: 600, warmUpEpochs: 0, auxiliaryWeight: 0.4)
    {
    }

    /// <summary>The paper's training on CIFAR-10: 600 epochs of batch 128.</summary>
    public static TrainOptions Cifar10 { get; } = new();

    /// <summary>The paper's training on CIFAR-100: that of CIFAR-10.</summary>
    public static TrainOptions Cifar100 { get; } = Cifar10;

    /// <summary>Tiny-ImageNet, for which Table 5 has no column: the CIFAR one.</summary>
    public static TrainOptions TinyImageNet { get; } = Cifar10;

    /// <summary>
    /// The paper's training on ImageNet: 250 epochs of batch 1024 at a learning rate of 0.4, without cutout and drop path. What
    /// Table 5 leaves open is as DARTS has it: crops of at least 8 % of the area, label smoothing 0.1; warm-up and
    /// colour jitter (0.4; its hue 0.1 where the published code has 0.2) are the published code's.
    /// </summary>
    public static TrainOptions ImageNet { get; } = new()
    {
        Epochs = 250,
        BatchSize = 1024,
        LearningRate = 0.4,
        WarmUpEpochs = 5,
        LabelSmoothing = 0.1,
        DropPath = 0,
        CutoutLength = 0,
        MinimumCropArea = 0.08,
        ColorJitter = 0.5,
    };

    /// <summary>Small networks on two CPU cores in minutes.</summary>
    public static TrainOptions Laptop { get; } = new()
    {
        Epochs = 60,
        WarmUpEpochs = 3,
        BatchSize = 32,
        LearningRate = 0.05,
        DropPath = 0,
        CutoutLength = 0,
        AuxiliaryWeight = 0,
    };

    /// <summary>Seconds. For trying a pipeline, not for a good model.</summary>
    public static TrainOptions Smoke { get; } = Laptop with { Epochs = 3, WarmUpEpochs = 1, BatchSize = 16 };

    /// <summary>First learning rate, above 0; falls to 0 by a cosine. Paper: 0.025, on ImageNet 0.4.</summary>
    public double LearningRate { get; init; } = 0.025;

    internal override FineTunePlan Plan => new(WeightInitialization.Random, [LearningRate]);

    internal override LongRunOptions Quiet() => this with { Checkpoints = null, Progress = null };

    private protected override void FindProblems(List<string> found)
    {
        base.FindProblems(found);
        new OptionCheck(found).Positive(LearningRate, nameof(LearningRate));
    }
}
