namespace SswpNas.MLNet;

/// <summary>
/// What a search found: the genotype, the concomitant weights of the network that it describes, and how the search went.
/// </summary>
public sealed partial class SearchResult : EncoderResult
{
    internal SearchResult(FoundNetwork network, IReadOnlyList<SearchEpoch> history, float[][][][] alphas)
        : base(network, history)
    {
        (History, AlphaHistory) = (history, alphas);
    }

    /// <summary>One entry an epoch.</summary>
    public IReadOnlyList<SearchEpoch> History { get; }

    /// <summary>The epoch, from 1, at whose end <see cref="SearchOptions.SkipStop"/> stopped the alphas; null if it did not.</summary>
    public int? AlphasStoppedAfter => History.FirstOrDefault(e => e.AlphasStopped)?.Epoch;

    internal float[][][][] AlphaHistory { get; }

    /// <summary>The alphas after an epoch, [cells][14 edges][7 operations]; a copy.</summary>
    /// <param name="epoch">1 to the number of epochs.</param>
    /// <returns>The alphas, 0 during the warm-up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such epoch.</exception>
    public float[][][] AlphasAfter(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epoch, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(epoch, AlphaHistory.Length);
        return [.. AlphaHistory[epoch - 1].Select(cell => cell.Select(edge => edge.ToArray()).ToArray())];
    }
}
