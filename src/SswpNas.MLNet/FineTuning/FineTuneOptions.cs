using SswpNas.MLNet.FineTuning;

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
public sealed record FineTuneOptions : ClassifierOptions
{
    /// <summary>The published fine-tune of CIFAR networks: <see cref="Paper"/>.</summary>
    public FineTuneOptions()
        : base(epochs: 600, warmUpEpochs: 20, auxiliaryWeight: 0.4)
    {
    }

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
        MinimumSteps = 300,
        WeightAverage = 0.99,
        RecomputeStatistics = true,
        AuxiliaryWeight = 0,
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
        MinimumSteps = 0,
        BatchSize = 16,
        LearningRates = [0.1],
        SemiSupervised = new SemiSupervisedOptions { Steps = 10, BatchSize = 16 },
    };

    /// <summary>Where the weights come from. Default: <see cref="WeightInitialization.Concomitant"/>.</summary>
    [Option(IdentifiesSweep = false)]
    public WeightInitialization Initialization { get; init; } = WeightInitialization.Concomitant;

    /// <summary>
    /// Learning rates, each above 0. With more than one, each is tried on a part of the labels and evaluated on the others;
    /// then the best one trains on all labels. Published: 0.2 for concomitant weights (Table 4a: 0.01 to 0.5).
    /// </summary>
    public IReadOnlyList<double> LearningRates { get; init; } = [0.2];

    /// <summary>The part of the labels, stratified, that is kept for validation, above 0 and below 1. Default: 0.2.</summary>
    public double ValidationFraction { get; init; } = 0.2;

    /// <summary>
    /// Stops after this many epochs (1 to 1,000,000) without a better validation accuracy and takes the best epoch's weights; null (default)
    /// trains all epochs on all labels.
    /// </summary>
    public int? EarlyStoppingPatience { get; init; }

    /// <summary>
    /// Whether probabilities are scaled by a temperature that fits the validation images (<see cref="MLNet.Calibration"/>). Default:
    /// true; without a validation part there is nothing to fit.
    /// </summary>
    [Option(IdentifiesRun = false)]
    public bool Calibrate { get; init; } = true;

    /// <summary>When the model names no class. Default: it always names one.</summary>
    [Option(IdentifiesRun = false)]
    public RejectionOptions Rejection { get; init; } = new();

    /// <summary>
    /// A folder for event files that TensorBoard shows while the network is trained: loss and validation accuracy, a folder for
    /// each run. It is created if missing; null (default) writes none.
    /// </summary>
    [Option(IsSetting = false)]
    public string? TensorBoardFolder { get; init; }

    /// <summary>
    /// The column of a teacher's features, a vector of Single that any featurizer made (<c>DnnFeaturizeImage</c>,
    /// <c>ApplyOnnxModel</c>); null (default) for none. Scoring does not need it.
    /// </summary>
    public string? TeacherColumnName { get; init; }

    /// <summary>What rows without a label are for. Default: <see cref="UnlabelledImages.Ignore"/>.</summary>
    public UnlabelledImages Unlabelled { get; init; }

    /// <summary>How it is learnt from them, where <see cref="Unlabelled"/> asks for it.</summary>
    public SemiSupervisedOptions SemiSupervised { get; init; } = new();

    internal override FineTunePlan Plan =>
        new(Initialization, LearningRates, ValidationFraction, EarlyStoppingPatience, TensorBoardFolder, Unlabelled, SemiSupervised)
        {
            Calibrates = Calibrate,
            Rejection = Rejection,
        };

    internal override LongRunOptions Quiet() => this with { Checkpoints = null, TensorBoardFolder = null, Progress = null };

    private protected override void FindProblems(List<string> found)
    {
        OptionCheck check = new(found);
        check.Defined(Initialization, nameof(Initialization));
        if (LearningRates is null || LearningRates.Count == 0) found.Add("LearningRates is empty; at least one rate was expected.");
        else foreach (double rate in LearningRates) check.Positive(rate, nameof(LearningRates));
        check.That(ValidationFraction is > 0 and < 1, nameof(ValidationFraction), ValidationFraction, "between 0 and 1");
        check.Count(EarlyStoppingPatience, nameof(EarlyStoppingPatience), 1);
        found.AddRange(Rejection is null ? ["Rejection is null; its options were expected."] : Rejection.Problems(nameof(Rejection)));
        base.FindProblems(found);
        check.NullOrName(TensorBoardFolder, nameof(TensorBoardFolder));
        check.Defined(Unlabelled, nameof(Unlabelled));
        bool taught = Unlabelled.IsTaught();
        if (taught && string.IsNullOrWhiteSpace(TeacherColumnName))
            found.Add($"Unlabelled is {Unlabelled}, but TeacherColumnName names no column; the column of a teacher's features was expected.");
        if (!taught && TeacherColumnName is not null)
        {
            found.Add(
                $"TeacherColumnName is '{TeacherColumnName}', but Unlabelled is {Unlabelled}; Teacher or TeacherAndPseudoLabels was expected.");
        }

        found.AddRange(SemiSupervised is null ? ["SemiSupervised is null."] : SemiSupervised.Problems(nameof(SemiSupervised)));
    }
}

/// <summary>The progress of a fine-tuning.</summary>
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
    TimeSpan Elapsed, TimeSpan Remaining)
{
    /// <summary>What images without a label are for in this run.</summary>
    public UnlabelledImages Unlabelled { get; init; }
}
