using SswpNas.MLNet.Data;

namespace SswpNas.MLNet;

/// <summary>What the weights of a network are before it is fine-tuned (section 4.4).</summary>
public enum WeightInitialization
{
    /// <summary>The weights that the search trained along with the architecture.</summary>
    Concomitant,

    /// <summary>The same architecture with fresh weights: the baseline.</summary>
    Random,

    /// <summary>
    /// The same architecture with weights that a SimCLR pre-training gave it after the search: the two-stage baseline. Needs
    /// a <see cref="PretrainResult"/>.
    /// </summary>
    SimClrPretrained,
}

/// <summary>
/// Settings of fine-tuning with few labels. Immutable; start from a preset and change what differs:
/// <c>FineTuneOptions.Laptop with { LearningRates = [0.1] }</c>. The property defaults are the published fine-tune's.
/// </summary>
public sealed record FineTuneOptions
{
    /// <summary>The published fine-tune of CIFAR networks.</summary>
    public static FineTuneOptions Paper { get; } = new();

    /// <summary>CIFAR-10: <see cref="Paper"/>.</summary>
    public static FineTuneOptions Cifar10 { get; } = Paper;

    /// <summary>CIFAR-100: <see cref="Paper"/>.</summary>
    public static FineTuneOptions Cifar100 { get; } = Paper;

    /// <summary>Tiny-ImageNet, for which the paper has no settings of its own: <see cref="Paper"/>.</summary>
    public static FineTuneOptions TinyImageNet { get; } = Paper;

    /// <summary>
    /// ImageNet, by the columns of its training from scratch: 250 epochs of batch 1024 at a learning rate of 0.4, without
    /// cutout and drop path; crops and colours vary as in <see cref="TrainOptions.ImageNet"/>.
    /// </summary>
    public static FineTuneOptions ImageNet { get; } = new()
    {
        Epochs = 250,
        BatchSize = 1024,
        LearningRates = [0.4],
        DropPath = 0,
        CutoutLength = 0,
        LabelSmoothing = 0.1,
        MinimumCropArea = 0.08,
        ColorJitter = 0.4,
    };

    /// <summary>Small networks on two CPU cores; the learning rate is chosen from three on a validation part.</summary>
    public static FineTuneOptions Laptop { get; } = new()
    {
        Epochs = 45,
        WarmUpEpochs = 5,
        BatchSize = 32,
        LearningRates = [0.01, 0.03, 0.1],
        WeightDecay = 3e-4,
        DropPath = 0,
        CutoutLength = 0,
    };

    /// <summary>Seconds, one learning rate. For trying a pipeline, not for a good model.</summary>
    public static FineTuneOptions Smoke { get; } = Laptop with
    {
        Epochs = 3,
        WarmUpEpochs = 1,
        BatchSize = 16,
        LearningRates = [0.1],
    };

    /// <summary>Where the weights come from. Default: <see cref="WeightInitialization.Concomitant"/>.</summary>
    public WeightInitialization Initialization { get; init; } = WeightInitialization.Concomitant;

    /// <summary>Epochs, at least 1. Published code: 600 of the training recipe; Table 4 fine-tunes for 300.</summary>
    public int Epochs { get; init; } = 300;

    /// <summary>Epochs in which the learning rate rises linearly, 0 to below <see cref="Epochs"/>. Published: 20.</summary>
    public int WarmUpEpochs { get; init; } = 20;

    /// <summary>Images of a step, at least 2. Paper: 128.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>
    /// Learning rates, each above 0. With more than one, each is tried on a part of the labels and judged on the others;
    /// then the best one trains on all labels. Published: 0.2 for concomitant weights (Table 4a: 0.01 to 0.5).
    /// </summary>
    public IReadOnlyList<double> LearningRates { get; init; } = [0.2];

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

    /// <summary>
    /// How much the loss of an auxiliary head counts, which looks at the output of the second reduction cell while the
    /// network is trained; 0 (default) for none, at most 10. Paper, training from scratch: 0.4.
    /// </summary>
    public double AuxiliaryWeight { get; init; }

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

    /// <summary>The part of the labels, stratified, that is kept for validation, above 0 and below 1. Default: 0.2.</summary>
    public double ValidationFraction { get; init; } = 0.2;

    /// <summary>
    /// Stops after so many epochs without a better validation accuracy and takes the best epoch's weights; null (default)
    /// trains all epochs on all labels.
    /// </summary>
    public int? EarlyStoppingPatience { get; init; }

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
    /// Bytes of decoded images (one a pixel and channel) that are kept in memory, 0 or more; more images than that lie in
    /// a temporary file in <c>MLContext.TempFilePath</c>, which is gone when the fit ends. The result does not depend on
    /// it. Default: 1 GiB, 87,381 images of 3 x 64 x 64.
    /// </summary>
    public long StoreMemoryLimit { get; init; } = PixelStorage.DefaultMemoryLimit;

    /// <summary>
    /// A folder for event files that TensorBoard shows while the network is trained: loss and validation accuracy, a folder for
    /// each run. It is made where it is missing; null (default) writes none.
    /// </summary>
    public string? TensorBoardFolder { get; init; }

    /// <summary>
    /// Bytes that a step may take, above 0; null (default) for what there is. See <see cref="SearchOptions.MemoryLimit"/>.
    /// </summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Told about every epoch; null for nobody.</summary>
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

    /// <param name="rates">What <see cref="LearningRates"/> is called where the caller's options come from.</param>
    internal IEnumerable<string> Problems(string rates = nameof(LearningRates))
    {
        List<string> found = [];
        OptionCheck check = new(found);
        check.Defined(Initialization, nameof(Initialization));
        check.That(Epochs >= 1, nameof(Epochs), Epochs, "at least 1");
        check.That(WarmUpEpochs >= 0 && WarmUpEpochs < Math.Max(1, Epochs), nameof(WarmUpEpochs), WarmUpEpochs, "0 to below Epochs");
        check.That(BatchSize >= 2, nameof(BatchSize), BatchSize, "at least 2");
        if (LearningRates is null || LearningRates.Count == 0) found.Add($"{rates} is empty; at least one rate was expected.");
        else foreach (double rate in LearningRates) check.Positive(rate, rates);
        check.Fraction(Momentum, nameof(Momentum), below: true);
        check.NotNegative(WeightDecay, nameof(WeightDecay));
        check.Positive(GradientClip, nameof(GradientClip));
        check.Fraction(LabelSmoothing, nameof(LabelSmoothing), below: true);
        check.Fraction(DropPath, nameof(DropPath), below: true);
        check.That(AuxiliaryWeight is >= 0 and <= 10, nameof(AuxiliaryWeight), AuxiliaryWeight, "0 to 10");
        check.That(CutoutLength >= 0, nameof(CutoutLength), CutoutLength, "0 or more");
        check.Fraction(FlipProbability, nameof(FlipProbability));
        check.That(MinimumCropArea is > 0 and <= 1, nameof(MinimumCropArea), MinimumCropArea, "above 0, to 1");
        check.Fraction(ColorJitter, nameof(ColorJitter));
        check.That(ValidationFraction is > 0 and < 1, nameof(ValidationFraction), ValidationFraction, "between 0 and 1");
        check.That(EarlyStoppingPatience is null or >= 1, nameof(EarlyStoppingPatience), EarlyStoppingPatience ?? 0, "at least 1");
        check.That(Threads is null or >= 1, nameof(Threads), Threads ?? 0, "at least 1");
        check.That(StoreMemoryLimit >= 0, nameof(StoreMemoryLimit), StoreMemoryLimit, "0 or more");
        check.That(MemoryLimit is null or > 0, nameof(MemoryLimit), MemoryLimit ?? 0, "a number above 0, or null,");
        check.Device(Device, nameof(Device));
        check.NullOrName(TensorBoardFolder, nameof(TensorBoardFolder));
        check.Defined(Precision, nameof(Precision));
        check.Defined(CancellationBehavior, nameof(CancellationBehavior));
        found.AddRange(Checkpoints?.Problems(nameof(Checkpoints)) ?? []);
        found.AddRange(NonFiniteSteps is null ? ["NonFiniteSteps is null."] : NonFiniteSteps.Problems(nameof(NonFiniteSteps)));
        if (string.IsNullOrWhiteSpace(PredictedLabelColumnName)) found.Add("PredictedLabelColumnName is empty; a name was expected.");
        if (string.IsNullOrWhiteSpace(ScoreColumnName)) found.Add("ScoreColumnName is empty; a name was expected.");
        if (FeaturesColumnName is not null && string.IsNullOrWhiteSpace(FeaturesColumnName))
            found.Add("FeaturesColumnName is empty; a name or null was expected.");
        return found;
    }
}

/// <summary>Where a fine-tuning is.</summary>
/// <param name="Run">The run, from 1: one for each learning rate that is tried, and the last one.</param>
/// <param name="Runs">Runs in all.</param>
/// <param name="LearningRate">The run's peak learning rate.</param>
/// <param name="Epoch">The epoch that ended, from 1.</param>
/// <param name="Epochs">Epochs of a run.</param>
/// <param name="Loss">Its mean training loss.</param>
/// <param name="ValidationAccuracy">Accuracy on the validation part, 0 to 1; null where there is none.</param>
/// <param name="Elapsed">Time since the fine-tuning began.</param>
/// <param name="Remaining">Estimated time to its end.</param>
public sealed record FineTuneProgress(
    int Run, int Runs, double LearningRate, int Epoch, int Epochs, double Loss, double? ValidationAccuracy,
    TimeSpan Elapsed, TimeSpan Remaining);
