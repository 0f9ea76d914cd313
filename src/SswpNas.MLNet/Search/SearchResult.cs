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

    /// <summary>How the architecture was chosen; of results of versions that knew but one way, <see cref="SearchStrategy.Gradient"/>.</summary>
    public SearchStrategy Strategy => Enum.TryParse(Settings.Options.GetValueOrDefault(nameof(SearchOptions.Strategy)), out SearchStrategy strategy)
        && Enum.IsDefined(strategy) ? strategy : SearchStrategy.Gradient;

    /// <summary>
    /// How undecided the alphas were when their cells were frozen: the mean entropy of softmax(alpha) over all edges in nats, 0 to
    /// ln 7 = 1.95, where nothing is decided. Null where the strategy had no alphas.
    /// </summary>
    public double? PathEntropy => Decided(edge => Softmax.Entropy(Softmax.Of(edge)));

    /// <summary>
    /// By how much the likeliest operation of an edge leads the second in probability, 0 to 1, the mean over all edges when their
    /// cells were frozen. Null where the strategy had no alphas.
    /// </summary>
    public double? Margin => Decided(edge =>
    {
        double[] sorted = [.. Softmax.Of(edge).OrderDescending()];
        return sorted[0] - sorted[1];
    });

    internal float[][][][] AlphaHistory { get; }

    // The alphas of a frozen cell do not change any more.
    private double? Decided(Func<float[], double> ofEdge) => Strategy.ChoosesBeforeTraining() || AlphaHistory.Length == 0
        ? null
        : AlphaHistory[^1].SelectMany(cell => cell).Average(ofEdge);

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
