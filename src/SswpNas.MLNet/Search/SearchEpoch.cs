namespace SswpNas.MLNet;

/// <summary>The record of one epoch of a search.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Phase">Its phase.</param>
/// <param name="Loss">Mean loss of its weight steps.</param>
/// <param name="ArchitectureLoss">Mean loss of its architecture steps; NaN in the warm-up.</param>
/// <param name="LearningRate">The weights' learning rate at its end.</param>
/// <param name="PathEntropy">Mean entropy of the paths' distribution a free edge in nats, 0 to ln 7.</param>
/// <param name="FrozenCells">Cells whose operations are fixed.</param>
/// <param name="Skips">Skip connections that each cell would keep if it were derived now.</param>
/// <param name="Pools">Pools that each cell would keep.</param>
/// <param name="Seconds">Its duration.</param>
public sealed record SearchEpoch(
    int Epoch, SearchPhase Phase, double Loss, double ArchitectureLoss, double LearningRate, double PathEntropy,
    int FrozenCells, IReadOnlyList<int> Skips, IReadOnlyList<int> Pools, double Seconds)
    : EncoderEpoch(Epoch, Loss, LearningRate, Seconds)
{
    /// <summary>
    /// Mean entropy of each cell's paths an edge in nats, 0 to ln 7; 0 for a frozen cell. Empty in results of versions that
    /// did not record it.
    /// </summary>
    public IReadOnlyList<double> CellEntropies { get; init; } = [];

    /// <summary>
    /// Skip connections that each cell would keep, 0 to 8, if <see cref="SearchOptions.LimitSkipsAndPools"/> did not
    /// replace any: what <see cref="SearchOptions.SkipStop"/> looks at. Empty in results of versions that did not record
    /// it.
    /// </summary>
    public IReadOnlyList<int> UnrestrictedSkips { get; init; } = [];

    /// <summary>
    /// Whether <see cref="SearchOptions.SkipStop"/> has stopped the alphas, in this epoch or before: from the next epoch on
    /// they no longer change.
    /// </summary>
    public bool AlphasStopped { get; init; }
}
