using SswpNas.MLNet.Data;

namespace SswpNas.MLNet;

/// <summary>
/// Settings of training an architecture from scratch with labels (Table 5, the columns "train"). Immutable; start from a preset
/// and change what differs: <c>TrainOptions.Cifar10 with { Epochs = 300 }</c>. The property defaults are the CIFAR column's.
/// </summary>
public sealed record TrainOptions
{
    /// <summary>The paper's training on CIFAR-10: 600 epochs of batch 128.</summary>
    public static TrainOptions Cifar10 { get; } = new();

    /// <summary>The paper's training on CIFAR-100: that of CIFAR-10.</summary>
    public static TrainOptions Cifar100 { get; } = Cifar10;

    /// <summary>Tiny-ImageNet, for which Table 5 has no column: the CIFAR one.</summary>
    public static TrainOptions TinyImageNet { get; } = Cifar10;

    /// <summary>
    /// The paper's training on ImageNet: 250 epochs of batch 1024 at a learning rate of 0.4, without cutout and drop path. What
    /// Table 5 leaves open is as DARTS has it: crops of at least 8 % of the area, colour jitter 0.4, label smoothing 0.1.
    /// </summary>
    public static TrainOptions ImageNet { get; } = new()
    {
        Epochs = 250,
        BatchSize = 1024,
        LearningRate = 0.4,
        LabelSmoothing = 0.1,
        DropPath = 0,
        CutoutLength = 0,
        MinimumCropArea = 0.08,
        ColorJitter = 0.4,
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

    /// <summary>Epochs, at least 1. Paper: 600, on ImageNet 250.</summary>
    public int Epochs { get; init; } = 600;

    /// <summary>Epochs in which the learning rate rises linearly, 0 to below <see cref="Epochs"/>. Paper: 0.</summary>
    public int WarmUpEpochs { get; init; }

    /// <summary>Images of a step, at least 2. Paper: 128, on ImageNet 1024.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>First learning rate, above 0; falls to 0 by a cosine. Paper: 0.025, on ImageNet 0.4.</summary>
    public double LearningRate { get; init; } = 0.025;

    /// <summary>SGD momentum, 0 to below 1. Paper: 0.9.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Weight decay, 0 or more. Paper: 3e-4.</summary>
    public double WeightDecay { get; init; } = 3e-4;

    /// <summary>Largest norm of a step's gradient, above 0. Paper: 5.</summary>
    public double GradientClip { get; init; } = 5;

    /// <summary>
    /// How much the loss of an auxiliary head counts, which looks at the output of the second reduction cell while the
    /// network is trained; 0 for none, at most 10. Paper: 0.4.
    /// </summary>
    public double AuxiliaryWeight { get; init; } = 0.4;

    /// <summary>Label smoothing, 0 to below 1. Default: 0.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Drop path's probability in the last epoch, to which it rises linearly, 0 to below 1. Paper: 0.3.</summary>
    public double DropPath { get; init; } = 0.3;

    /// <summary>Side of the square that cutout blanks in pixels, 0 for none. Paper: 16 on 32 x 32 images.</summary>
    public int CutoutLength { get; init; } = 16;

    /// <summary>
    /// Chance that an image is mirrored left to right, 0 to 1. Default: 0.5. Choose 0 where left and right differ in
    /// meaning.
    /// </summary>
    public double FlipProbability { get; init; } = 0.5;

    /// <summary>
    /// Smallest part of an image's area that a random crop keeps, above 0, to 1. At 1 (default) images are shifted by up to
    /// an eighth of their side instead, as in the paper.
    /// </summary>
    public double MinimumCropArea { get; init; } = 1;

    /// <summary>Strength of random changes of brightness, contrast and saturation, 0 (default, none) to 1.</summary>
    public double ColorJitter { get; init; }

    /// <summary>Name of the predicted label's column, of the label's key type. Default: <c>PredictedLabel</c>.</summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>Name of the probabilities' column, one slot a class. Default: <c>Score</c>.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>Name of a column for the features before the classifier; null (default) leaves them out.</summary>
    public string? FeaturesColumnName { get; init; }

    /// <summary>Seed of everything random; null takes the <c>MLContext</c>'s.</summary>
    public int? Seed { get; init; }

    /// <summary>Where to compute: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:n</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>
    /// CPU threads, of the fit and of scoring many rows with what was fitted, at least 1; null takes all cores. The result
    /// does not depend on it.
    /// </summary>
    public int? Threads { get; init; }

    /// <summary>Whether the library's own kernels compute on a CPU (default); false leaves everything to libtorch.</summary>
    public bool UseOwnKernels { get; init; } = true;

    /// <summary>
    /// In what numbers the network is computed while it is trained. <see cref="Precision.BFloat16"/> needs a GPU that has it,
    /// or the CPU with <see cref="UseOwnKernels"/> false. Default: 32 bits.
    /// </summary>
    public Precision Precision { get; init; }

    /// <summary>
    /// Bytes of images up to which they are kept in memory, 0 or more; see <see cref="SearchOptions.StoreMemoryLimit"/>.
    /// </summary>
    public long StoreMemoryLimit { get; init; } = PixelStorage.DefaultMemoryLimit;

    /// <summary>
    /// Bytes that a step may take, above 0; null (default) for what there is. See <see cref="SearchOptions.MemoryLimit"/>.
    /// </summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Told about every epoch; null for nobody. Its run is always the first of one.</summary>
    public IProgress<FineTuneProgress>? Progress { get; init; }

    /// <summary>Stops the training within a step.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>What is done when the token is cancelled. Default: <see cref="CancellationBehavior.Throw"/>.</summary>
    public CancellationBehavior CancellationBehavior { get; init; }

    /// <summary>
    /// Where checkpoints are kept, from which <c>Fit</c> goes on after a fault or a cancellation; null (default) for none.
    /// </summary>
    public CheckpointOptions? Checkpoints { get; init; }

    /// <summary>What is done about steps whose loss or gradient is NaN or infinite.</summary>
    public NonFiniteSteps NonFiniteSteps { get; init; } = new();

    /// <summary>What is out of range, by this record's names.</summary>
    internal IEnumerable<string> Problems() => ToFineTune().Problems(nameof(LearningRate));

    /// <summary>Training from scratch is a fine-tuning from random weights at one learning rate.</summary>
    internal FineTuneOptions ToFineTune() => new()
    {
        Initialization = WeightInitialization.Random,
        Epochs = Epochs,
        WarmUpEpochs = WarmUpEpochs,
        BatchSize = BatchSize,
        LearningRates = [LearningRate],
        Momentum = Momentum,
        WeightDecay = WeightDecay,
        GradientClip = GradientClip,
        AuxiliaryWeight = AuxiliaryWeight,
        LabelSmoothing = LabelSmoothing,
        DropPath = DropPath,
        CutoutLength = CutoutLength,
        FlipProbability = FlipProbability,
        MinimumCropArea = MinimumCropArea,
        ColorJitter = ColorJitter,
        PredictedLabelColumnName = PredictedLabelColumnName,
        ScoreColumnName = ScoreColumnName,
        FeaturesColumnName = FeaturesColumnName,
        Seed = Seed,
        Device = Device,
        Threads = Threads,
        UseOwnKernels = UseOwnKernels,
        Precision = Precision,
        StoreMemoryLimit = StoreMemoryLimit,
        MemoryLimit = MemoryLimit,
        Progress = Progress,
        CancellationToken = CancellationToken,
        CancellationBehavior = CancellationBehavior,
        Checkpoints = Checkpoints,
        NonFiniteSteps = NonFiniteSteps,
    };
}
