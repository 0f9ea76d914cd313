using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.Search;
using SswpNas.MLNet.Training.Memory;

namespace SswpNas.MLNet;

/// <summary>
/// Settings of a search. Immutable; start from a preset and change what differs:
/// <c>SearchOptions.Laptop with { Epochs = 80 }</c>. The property defaults are the paper's (Table 5, CIFAR search).
/// </summary>
public sealed partial record SearchOptions : EncoderOptions
{
    /// <summary>How the architecture is chosen. Paper: <see cref="SearchStrategy.Gradient"/>.</summary>
    public SearchStrategy Strategy { get; init; } = SearchStrategy.Gradient;

    /// <summary>Settings of <see cref="SearchStrategy.TrainingFree"/> and <see cref="SearchStrategy.Hybrid"/>.</summary>
    public TrainingFreeOptions TrainingFree { get; init; } = new();

    /// <summary>Width C of the first cell, even, 2 to 1024. Paper: 36.</summary>
    public int InitialChannels { get; init; } = 36;

    /// <summary>Depth L in cells, 3 to 64; cells L/3 and 2L/3 halve the image and double the width. Paper: 20.</summary>
    public int Cells { get; init; } = 20;

    /// <summary>
    /// What the network does to an image first. With <see cref="StemKind.Cifar"/> (default) it takes sides that are multiples
    /// of 4 from 8 pixels on, with <see cref="StemKind.Strided"/> multiples of 16 from 32 on, with
    /// <see cref="StemKind.ImageNet"/> multiples of 32 from 64 on.
    /// </summary>
    public StemKind Stem { get; init; } = StemKind.Cifar;

    /// <summary>Epochs of all three phases together, 2 to 1,000,000; short searches leave out a phase. Paper: 300 or 500.</summary>
    public int Epochs { get; init; } = 300;

    /// <summary>How the epochs are split into warm-up, search and prune (section 3.5). Paper: 0.2, 0.4, 0.4.</summary>
    public PhaseSplit Phases { get; init; } = new(0.2, 0.4, 0.4);

    /// <summary>Warm-up epochs at least, whatever the split says, 0 to <see cref="Epochs"/>. Published code: 40.</summary>
    public int MinimumWarmUpEpochs { get; init; } = 40;

    /// <summary>Adam's learning rate for the alphas, above 0. Paper: 1e-3.</summary>
    public double ArchitectureLearningRate { get; init; } = 1e-3;

    /// <summary>Adam's first moment for the alphas, 0 to below 1. Paper: 0.</summary>
    public double ArchitectureBeta1 { get; init; }

    /// <summary>Adam's second moment for the alphas, 0 to below 1. Published code: 0.999 (the text: 0.99).</summary>
    public double ArchitectureBeta2 { get; init; } = 0.999;

    /// <summary>
    /// The gates of an edge whose gradients an architecture step computes. Default: <see cref="GateMode.Two"/>.
    /// </summary>
    public GateMode Gates { get; init; } = GateMode.Two;

    /// <summary>
    /// Whether gate gradients add up from step to step and are never set to 0, as in the published code; the paper does not say so.
    /// Default: false, every architecture step has its own.
    /// </summary>
    public bool AccumulateGateGradients { get; init; }

    /// <summary>
    /// In which order the prune phase freezes the cells. <see cref="PruneDirection.None"/> gives the phase's epochs to the
    /// search phase: a split of 0.2, 0.4, 0.4 counts as 0.2, 0.8. Paper: <see cref="PruneDirection.Forward"/>.
    /// </summary>
    public PruneDirection PruneDirection { get; init; } = PruneDirection.Forward;

    /// <summary>The rule that stops the alphas when skip connections dominate; null (default) for none.</summary>
    public SkipStop? SkipStop { get; init; }

    /// <summary>Weight steps to one architecture step, 1 to 1,000,000. Published code: 5.</summary>
    public int ArchitectureInterval { get; init; } = 5;

    /// <summary>
    /// The part of the images on which alphas are trained, between 0 and 1; weights are trained on the others. Paper: 0.5.
    /// </summary>
    public double ArchitectureFraction { get; init; } = 0.5;

    /// <summary>
    /// Probability, after the warm-up, that a sampled skip connection is sampled again among the convolutions in a weight
    /// step (operation dropout), 0 to 1. Paper: 0.2.
    /// </summary>
    public double SkipDropout { get; init; } = 0.2;

    /// <summary>The same for pools, 0 to 1. Published code: 0.</summary>
    public double PoolDropout { get; init; }

    /// <summary>The objective of weights and alphas. Default: <see cref="SearchObjective.SimClr"/>.</summary>
    public SearchObjective Objective { get; init; } = SearchObjective.SimClr;

    /// <summary>
    /// The part that the match of a teacher's features has in the loss beside the objective, above 0, to 1 (default: the teacher
    /// alone). Only with a teacher column.
    /// </summary>
    public double TeacherShare { get; init; } = 1;

    /// <summary>Settings of the objective <see cref="SearchObjective.Supervised"/>.</summary>
    public SupervisedOptions Supervised { get; init; } = new();

    /// <summary>Settings of the objective <see cref="SearchObjective.Byol"/>.</summary>
    public ByolOptions Byol { get; init; } = new();

    /// <summary>
    /// Whether a cell that is frozen keeps at once only the two edges a node that it will have in the end. Its alphas no
    /// longer change, so the architecture is the same, but its weights and those of the cells behind it get used to it.
    /// Paper: false (all 14 edges are kept until the search ends).
    /// </summary>
    public bool DeriveFrozenCells { get; init; }

    /// <summary>
    /// The part of the epochs at the end in which all cells are frozen and only the weights are trained, 0 to below 1; the
    /// phases share the epochs before. Paper: 0 (the last cell is frozen as the search ends).
    /// </summary>
    [Option(FormerName = "SettleFraction")]
    public double FinalTrainingFraction { get; init; }

    /// <summary>Whether at most 2 skips and 2 pools a cell are kept in the end (published code). Default: true.</summary>
    [Option(FormerName = "Restrict")]
    public bool LimitSkipsAndPools { get; init; } = true;

    /// <summary>
    /// A folder for an event file that TensorBoard shows while the search runs: losses, entropies, skips and pools, alphas as
    /// histograms, cells as pictures. It is created if missing; null (default) writes none. See also
    /// <see cref="SearchResult.WriteTensorBoard"/>.
    /// </summary>
    [Option(IsSetting = false)]
    public string? TensorBoardFolder { get; init; }

    /// <summary>Receives progress every few steps; null (default) disables it.</summary>
    [Option(IsSetting = false)]
    public IProgress<SearchProgress>? Progress { get; init; }

    /// <summary>Without pruning, the prune phase's share is the search phase's.</summary>
    private PhaseSplit EffectivePhases => PruneDirection == PruneDirection.None
        ? new PhaseSplit(Phases.WarmUp, Phases.Search + Phases.Prune, 0)
        : Phases;

    /// <summary>Whether the architecture is there before the first step of the weights.</summary>
    internal bool ChoosesBeforeTraining => Strategy.ChoosesBeforeTraining();

    internal MacroStructure Macro(ImageShape image) => new(Stem, InitialChannels, Cells, image);

    /// <summary>A step of a search, at its largest: one of the alphas.</summary>
    /// <param name="image">An image's shape.</param>
    /// <param name="teacherLength">Length of a teacher's features; 0 without a teacher.</param>
    /// <param name="rows">Images; null where it is not known before they are read.</param>
    internal StepMemory MemoryOfStep(ImageShape image, int teacherLength = 0, long? rows = null) => new()
    {
        Macro = Macro(image),
        BatchSize = BatchSize,
        Views = Objective == SearchObjective.Supervised ? 1 : 2,
        GatesPerEdge = Gates == GateMode.Full ? CellOperations.Count - 1 : 1,
        CopiesOfWeights = StepMemory.CopiesFor(Optimizer) + (Objective == SearchObjective.Byol ? 1 : 0),
        Heads = macro => teacherLength == 0
            ? Heads(macro)
            : [.. Heads(macro), .. ProjectionHead.Layers(macro.Features, teacherLength, StepMemory.CopiesFor(Optimizer), ProjectionSize)],
        TeacherBytes = TeacherFeatures.Bytes(rows, teacherLength),
        KeepsCheckpoints = Checkpoints is not null,
        ManagedKernels = UseManagedKernels,
    };

    /// <summary>BYOL's teacher has a projection too, but no predictor. A supervised search has no head before labels are read.</summary>
    private IEnumerable<HeadLayer> Heads(MacroStructure macro)
    {
        int copies = StepMemory.CopiesFor(Optimizer);
        return Objective switch
        {
            SearchObjective.SimClr => ProjectionHead.Layers(macro.Features, ProjectionSize, copies),
            SearchObjective.Byol =>
            [
                .. ProjectionHead.Layers(macro.Features, ProjectionSize, copies + 1),
                .. ProjectionHead.Layers(ProjectionSize, ProjectionSize, copies, Byol.PredictorSize),
            ],
            _ => [],
        };
    }

    internal override LongRunOptions Quiet() => this with { Checkpoints = null, TensorBoardFolder = null, Progress = null };

    internal SearchSchedule Schedule()
    {
        if (ChoosesBeforeTraining) return SearchSchedule.WeightsAlone(Cells);
        (double warmUp, double search, double prune) = EffectivePhases;
        return SearchSchedule.Create(
            Epochs - (int)(FinalTrainingFraction * Epochs), warmUp, search, prune, Cells, MinimumWarmUpEpochs);
    }

    private protected override void FindProblems(List<string> found)
    {
        OptionCheck check = new(found);
        found.AddRange(MacroStructure.Problems(InitialChannels, Cells));
        check.Defined(Stem, nameof(Stem));
        check.Count(Epochs, nameof(Epochs), 2);
        check.Count(MinimumWarmUpEpochs, nameof(MinimumWarmUpEpochs), 0);
        check.Positive(ArchitectureLearningRate, nameof(ArchitectureLearningRate));
        check.Fraction(ArchitectureBeta1, nameof(ArchitectureBeta1), below: true);
        check.Fraction(ArchitectureBeta2, nameof(ArchitectureBeta2), below: true);
        check.Count(ArchitectureInterval, nameof(ArchitectureInterval), 1);
        check.That(ArchitectureFraction is > 0 and < 1, nameof(ArchitectureFraction), ArchitectureFraction, "between 0 and 1");
        check.Fraction(FinalTrainingFraction, nameof(FinalTrainingFraction), below: true);
        check.Fraction(SkipDropout, nameof(SkipDropout));
        check.Fraction(PoolDropout, nameof(PoolDropout));
        check.Defined(Strategy, nameof(Strategy));
        check.Defined(Gates, nameof(Gates));
        check.Defined(PruneDirection, nameof(PruneDirection));
        check.Defined(Objective, nameof(Objective));
        check.That(TeacherShare is > 0 and <= 1, nameof(TeacherShare), TeacherShare, "above 0, to 1");
        base.FindProblems(found);
        check.NullOrName(TensorBoardFolder, nameof(TensorBoardFolder));
        found.AddRange(Phases is null ? ["Phases is null."] : Phases.Problems(nameof(Phases)));
        if (found.Count == 0)
        {
            (double warmUp, double search, double prune) = EffectivePhases;
            found.AddRange(SearchSchedule.Problems(
                Epochs - (int)(FinalTrainingFraction * Epochs), warmUp, search, prune, Cells, MinimumWarmUpEpochs));
        }

        found.AddRange(TrainingFree is null ? ["TrainingFree is null."] : TrainingFree.Problems(nameof(TrainingFree)));
        found.AddRange(Supervised is null ? ["Supervised is null."] : Supervised.Problems(nameof(Supervised)));
        found.AddRange(Byol is null ? ["Byol is null."] : Byol.Problems(nameof(Byol)));
        found.AddRange(SkipStop?.Problems(nameof(SkipStop), Cells) ?? []);
    }
}

/// <summary>The parts of the epochs that go to the three phases (section 3.5, Fig. 3); together 1.</summary>
/// <param name="WarmUp">Only operation weights are trained, paths drawn uniformly. 0 to 1.</param>
/// <param name="Search">Weights and alphas alternate. 0 to 1.</param>
/// <param name="Prune">Cells are frozen one after the other. 0 to 1.</param>
public sealed record PhaseSplit(double WarmUp, double Search, double Prune)
{
    internal IEnumerable<string> Problems(string name)
    {
        double[] parts = [WarmUp, Search, Prune];
        if (parts.Any(p => !(p >= 0 && p <= 1)) || Math.Abs(parts.Sum() - 1) > 1e-6)
        {
            yield return FormattableString.Invariant(
                $"{name} is {WarmUp}, {Search}, {Prune}; three numbers from 0 to 1 with a sum of 1 were expected.");
        }
    }
}
