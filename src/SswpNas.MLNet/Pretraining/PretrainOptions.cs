using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.Options;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Training.Memory;

namespace SswpNas.MLNet;

/// <summary>
/// Settings of the SimCLR pre-training of a found architecture, the second stage of the two-stage baseline (section 4.4).
/// Immutable; start from a preset and change what differs, or take over a search's settings with <see cref="From"/>. The
/// property defaults are the paper's.
/// </summary>
public sealed record PretrainOptions : LongRunOptions
{
    /// <summary>The settings of the paper's search: <see cref="Paper"/>.</summary>
    public PretrainOptions()
    {
    }

    private PretrainOptions(LongRunOptions common)
        : base(common)
    {
    }

    /// <summary>The settings of the paper's search.</summary>
    public static PretrainOptions Paper { get; } = new();

    /// <summary>The counterpart of <see cref="SearchOptions.Laptop"/>.</summary>
    public static PretrainOptions Laptop { get; } = From(SearchOptions.Laptop);

    /// <summary>The counterpart of <see cref="SearchOptions.Smoke"/>.</summary>
    public static PretrainOptions Smoke { get; } = From(SearchOptions.Smoke);

    /// <summary>Epochs, at least 1; null (default) takes as many as the search had, the fair comparison.</summary>
    public int? Epochs { get; init; }

    /// <summary>Images of a step, at least 2; each gives two views. Paper: 96.</summary>
    public int BatchSize { get; init; } = 96;

    /// <summary>First learning rate, above 0; falls to 0 by a cosine. Paper: 0.025.</summary>
    public double LearningRate { get; init; } = 0.025;

    /// <summary>How weights follow their gradients. Paper: SGD.</summary>
    public OptimizerKind Optimizer { get; init; }

    /// <summary>SGD's momentum, or Adam's first moment; 0 to below 1. Paper: 0.9.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Adam's second moment, 0 to below 1; SGD has none.</summary>
    public double AdamBeta2 { get; init; } = 0.99;

    /// <summary>Weight decay, 0 or more. Paper: 4e-5.</summary>
    public double WeightDecay { get; init; } = 4e-5;

    /// <summary>Largest norm of a step's gradient, above 0. Paper: 5.</summary>
    public double GradientClip { get; init; } = 5;

    /// <summary>InfoNCE temperature, above 0 (equation 4). Paper: 0.07.</summary>
    public double Temperature { get; init; } = 0.07;

    /// <summary>Length of the projection that the loss sees, at least 2. Paper: 128.</summary>
    public int ProjectionSize { get; init; } = ProjectionHead.Outputs;

    /// <summary>Whether the projection has batch norm (without weights) before each linear layer. Paper: false.</summary>
    public bool NormaliseProjection { get; init; }

    /// <summary>
    /// The part of the epochs at the start whose views have half the images' side, 0 to below 1; see
    /// <see cref="SearchOptions.LowResolutionFraction"/>. Paper: 0.
    /// </summary>
    public double LowResolutionFraction { get; init; }

    /// <summary>How the two views of an image are drawn.</summary>
    public ViewOptions Views { get; init; } = new();

    /// <summary>
    /// Whether views are computed where the network is, of whole batches, instead of on the CPU's cores; they are the same but
    /// for rounding. Null (default): on a GPU yes, on the CPU no.
    /// </summary>
    public bool? ViewsOnDevice { get; init; }

    /// <summary>Told about every step; null for nobody.</summary>
    [Option(IsSetting = false)]
    public IProgress<PretrainProgress>? Progress { get; init; }

    /// <summary>
    /// The settings that a search has in common with a pre-training, so that the two differ in nothing else. Epochs stay
    /// null: as many as the search.
    /// </summary>
    /// <param name="search">A search's options.</param>
    /// <returns>Options without a listener to their progress and without a token.</returns>
    public static PretrainOptions From(SearchOptions search)
    {
        ArgumentNullException.ThrowIfNull(search);
        return new PretrainOptions(search)
        {
            CancellationToken = default,
            CancellationBehavior = default,
            Checkpoints = null,
            BatchSize = search.BatchSize,
            LearningRate = search.LearningRate,
            Optimizer = search.Optimizer,
            Momentum = search.Momentum,
            AdamBeta2 = search.AdamBeta2,
            WeightDecay = search.WeightDecay,
            GradientClip = search.GradientClip,
            Temperature = search.Temperature,
            ProjectionSize = search.ProjectionSize,
            NormaliseProjection = search.NormaliseProjection,
            LowResolutionFraction = search.LowResolutionFraction,
            Views = search.Views,
            ViewsOnDevice = search.ViewsOnDevice,
        };
    }

    /// <summary>What a step takes.</summary>
    internal StepMemory MemoryOfStep(FoundNetwork found) => new()
    {
        Macro = found.Macro,
        Genotype = found.Genotype,
        BatchSize = BatchSize,
        Views = 2,
        CopiesOfWeights = StepMemory.CopiesFor(Optimizer),
        ManagedKernels = UseManagedKernels,
    };

    internal IEnumerable<string> Problems()
    {
        List<string> found = [];
        OptionCheck check = new(found);
        check.That(Epochs is null or >= 1, nameof(Epochs), Epochs ?? 0, "at least 1, or null,");
        check.That(BatchSize >= 2, nameof(BatchSize), BatchSize, "at least 2");
        check.Positive(LearningRate, nameof(LearningRate));
        check.Fraction(Momentum, nameof(Momentum), below: true);
        check.NotNegative(WeightDecay, nameof(WeightDecay));
        check.Positive(GradientClip, nameof(GradientClip));
        check.Defined(Optimizer, nameof(Optimizer));
        check.Fraction(AdamBeta2, nameof(AdamBeta2), below: true);
        check.Fraction(LowResolutionFraction, nameof(LowResolutionFraction), below: true);
        check.Positive(Temperature, nameof(Temperature));
        check.That(ProjectionSize >= 2, nameof(ProjectionSize), ProjectionSize, "at least 2");
        FindProblems(found);
        found.AddRange(Views is null ? ["Views is null."] : Views.Problems(nameof(Views)));
        return found;
    }
}

/// <summary>Where a pre-training is.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Epochs">Epochs in all.</param>
/// <param name="Step">Steps of this epoch that are done.</param>
/// <param name="Steps">Steps of an epoch.</param>
/// <param name="Loss">
/// Mean loss of this epoch so far. On a GPU, where nobody waits for the loss of a step: until the epoch's last step that of the
/// epoch before, NaN in the first.
/// </param>
/// <param name="Elapsed">Time since the pre-training began.</param>
/// <param name="Remaining">Estimated time to its end.</param>
public sealed record PretrainProgress(
    int Epoch, int Epochs, int Step, int Steps, double Loss, TimeSpan Elapsed, TimeSpan Remaining);
