using SswpNas.MLNet.Objectives;

namespace SswpNas.MLNet;

/// <summary>
/// What a search and a SimCLR pre-training have in common: how the weights of an encoder are trained on views of images
/// (section 3.3). The property defaults are the paper's (Table 5, CIFAR search).
/// </summary>
public abstract record EncoderOptions : LongRunOptions
{
    private protected EncoderOptions()
    {
    }

    /// <summary>Images per step, 2 to 1,000,000; each gives two views. Paper: 96.</summary>
    public int BatchSize { get; init; } = 96;

    /// <summary>First learning rate of the weights, above 0; falls to 0 by a cosine. Paper: 0.025.</summary>
    public double LearningRate { get; init; } = 0.025;

    /// <summary>The optimiser of the weights. Paper: SGD.</summary>
    public OptimizerKind Optimizer { get; init; }

    /// <summary>SGD's momentum, or Adam's first moment; 0 to below 1. Paper: 0.9.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Adam's second moment for the weights, 0 to below 1; SGD has none.</summary>
    public double AdamBeta2 { get; init; } = 0.99;

    /// <summary>
    /// Weight decay, 0 or more; only of weights that took part in a step. Adam's is decoupled. Paper: 4e-5.
    /// </summary>
    public double WeightDecay { get; init; } = 4e-5;

    /// <summary>Largest norm of a step's gradient, above 0. Paper: 5.</summary>
    public double GradientClip { get; init; } = 5;

    /// <summary>InfoNCE temperature of <see cref="SearchObjective.SimClr"/>, above 0 (equation 4). Paper: 0.07.</summary>
    public double Temperature { get; init; } = 0.07;

    /// <summary>Length of the projection that the loss sees, 2 to 16,777,216. Paper: 128.</summary>
    public int ProjectionSize { get; init; } = 128;

    /// <summary>
    /// Whether the projection has batch norm (without weights) before each linear layer, as SimCLR's own; small batches learn
    /// faster with it. Paper: false.
    /// </summary>
    public bool NormaliseProjection { get; init; }

    /// <summary>
    /// The part of the epochs at the start whose views are made smaller, to half the images' side (or the next larger side
    /// that the network takes), 0 to below 1. Such a step takes a quarter of the time, and contrastive training learns as
    /// much in it at first. Paper: 0.
    /// </summary>
    public double LowResolutionFraction { get; init; }

    /// <summary>How the two views of an image are drawn.</summary>
    public ViewOptions Views { get; init; } = new();

    /// <summary>
    /// Whether views are computed where the network is, of whole batches, instead of on the CPU's cores; they are the same but
    /// for rounding. Null (default): on a GPU yes, on the CPU no. A supervised search varies its images on the
    /// CPU in any case.
    /// </summary>
    public bool? ViewsOnDevice { get; init; }

    private protected override void FindProblems(List<string> found)
    {
        OptionCheck check = new(found);
        check.Count(BatchSize, nameof(BatchSize), 2);
        check.Positive(LearningRate, nameof(LearningRate));
        check.Defined(Optimizer, nameof(Optimizer));
        check.Fraction(Momentum, nameof(Momentum), below: true);
        check.Fraction(AdamBeta2, nameof(AdamBeta2), below: true);
        check.NotNegative(WeightDecay, nameof(WeightDecay));
        check.Positive(GradientClip, nameof(GradientClip));
        check.Positive(Temperature, nameof(Temperature));
        check.Count(ProjectionSize, nameof(ProjectionSize), 2, ProjectionHead.MostOutputs);
        check.Fraction(LowResolutionFraction, nameof(LowResolutionFraction), below: true);
        found.AddRange(Views is null ? ["Views is null."] : Views.Problems(nameof(Views)));
        base.FindProblems(found);
    }
}
