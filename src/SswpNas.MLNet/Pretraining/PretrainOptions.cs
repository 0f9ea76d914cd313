using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.Training.Memory;

namespace SswpNas.MLNet;

/// <summary>
/// Settings of the SimCLR pre-training of a found architecture, the second stage of the two-stage baseline (section 4.4).
/// Immutable; start from a preset and change what differs, or take over a search's settings with <see cref="From"/>.
/// </summary>
public sealed record PretrainOptions : EncoderOptions
{
    /// <summary>The settings of the paper's search: <see cref="Paper"/>.</summary>
    public PretrainOptions()
    {
    }

    private PretrainOptions(EncoderOptions common)
        : base(common)
    {
    }

    /// <summary>The settings of the paper's search.</summary>
    public static PretrainOptions Paper { get; } = new();

    /// <summary>The counterpart of <see cref="SearchOptions.Laptop"/>.</summary>
    public static PretrainOptions Laptop { get; } = From(SearchOptions.Laptop);

    /// <summary>The counterpart of <see cref="SearchOptions.Smoke"/>.</summary>
    public static PretrainOptions Smoke { get; } = From(SearchOptions.Smoke);

    /// <summary>Epochs, 1 to 1,000,000; null (default) takes as many as the search had, the fair comparison.</summary>
    public int? Epochs { get; init; }

    /// <summary>Receives progress after every step; null disables it.</summary>
    [Option(IsSetting = false)]
    public IProgress<PretrainProgress>? Progress { get; init; }

    /// <summary>
    /// The settings that a search has in common with a pre-training, so that the two differ in nothing else. Epochs stay
    /// null: as many as the search.
    /// </summary>
    /// <param name="search">A search's options.</param>
    /// <returns>Options without progress, cancellation token and checkpoints.</returns>
    public static PretrainOptions From(SearchOptions search)
    {
        ArgumentNullException.ThrowIfNull(search);
        return new PretrainOptions(search) { CancellationToken = default, CancellationBehavior = default, Checkpoints = null };
    }

    /// <summary>The memory that a step needs.</summary>
    internal StepMemory MemoryOfStep(FoundNetwork found) => new()
    {
        Macro = found.Macro,
        Genotype = found.Genotype,
        BatchSize = BatchSize,
        Views = 2,
        CopiesOfWeights = StepMemory.CopiesFor(Optimizer),
        Heads = macro => ProjectionHead.Layers(macro.Features, ProjectionSize, StepMemory.CopiesFor(Optimizer)),
        KeepsCheckpoints = Checkpoints is not null,
        ManagedKernels = UseManagedKernels,
    };

    internal override LongRunOptions Quiet() => this with { Checkpoints = null, Progress = null };

    private protected override void FindProblems(List<string> found)
    {
        new OptionCheck(found).Count(Epochs, nameof(Epochs), 1);
        base.FindProblems(found);
    }
}

/// <summary>The progress of a pre-training.</summary>
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
