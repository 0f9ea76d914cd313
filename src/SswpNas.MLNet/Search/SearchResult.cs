using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Storage;

namespace SswpNas.MLNet;

/// <summary>
/// What a search found: the genotype, the concomitant weights of the network that it describes, and how the search went.
/// A value: it holds plain numbers, no libtorch object, needs no disposing and may be used from many threads.
/// </summary>
public sealed partial class SearchResult
{
    private readonly float[][][][] _alphas;

    internal SearchResult(FoundNetwork network, IReadOnlyList<SearchEpoch> history, float[][][][] alphas)
    {
        Network = network;
        History = history;
        _alphas = alphas;
    }

    /// <summary>The architecture, one cell after the other.</summary>
    public Genotype Genotype => Network.Genotype;

    /// <summary>Genotype, width and stem, without the weights.</summary>
    public Architecture Architecture => new(Genotype, InitialChannels, Macro.Stem);

    /// <summary>One entry an epoch.</summary>
    public IReadOnlyList<SearchEpoch> History { get; }

    /// <summary>Width C of the first cell.</summary>
    public int InitialChannels => Macro.InitialChannels;

    /// <summary>Depth L in cells.</summary>
    public int Cells => Macro.Cells;

    /// <summary>Height and width in pixels of the images that the network takes.</summary>
    public int ImageSize => Macro.Image.Height;

    /// <summary>Channels of those images, 1 or 3.</summary>
    public int ImageChannels => Macro.Image.Channels;

    /// <summary>Length of the <c>Features</c> vector.</summary>
    public int FeatureSize => Macro.Features;

    /// <summary>Trained numbers of the encoder, without a classifier.</summary>
    public long Parameters => Network.Parameters;

    /// <summary>Multiply-adds of the encoder; see <see cref="Architecture.MultiplyAdds"/>.</summary>
    /// <param name="imageSize">Height and width in pixels; null takes <see cref="ImageSize"/>.</param>
    /// <returns>The number of multiply-adds.</returns>
    /// <exception cref="ArgumentException">The network takes no such images.</exception>
    /// <exception cref="InvalidOperationException">libtorch cannot be loaded.</exception>
    public long MultiplyAdds(int? imageSize = null) =>
        Architecture.MultiplyAdds(imageSize ?? ImageSize, imageChannels: ImageChannels);

    /// <summary>The seed that the search ran with.</summary>
    public int Seed => Settings.Seed;

    /// <summary>Duration of the search in seconds.</summary>
    public double Seconds => History.Sum(e => e.Seconds);

    /// <summary>The epoch, from 1, at whose end <see cref="SearchOptions.SkipStop"/> stopped the alphas; null if it did not.</summary>
    public int? AlphasStoppedAfter => History.FirstOrDefault(e => e.AlphasStopped)?.Epoch;

    /// <summary>The derived encoder with its concomitant weights.</summary>
    internal FoundNetwork Network { get; }

    internal MacroStructure Macro => Network.Macro;

    internal IReadOnlyDictionary<string, TensorValue> Weights => Network.Weights;

    internal SearchSettings Settings => Network.Settings;

    internal float[][][][] AlphaHistory => _alphas;

    /// <summary>The alphas after an epoch, [cells][14 edges][7 operations]; a copy.</summary>
    /// <param name="epoch">1 to the number of epochs.</param>
    /// <returns>The alphas, 0 during the warm-up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such epoch.</exception>
    public float[][][] AlphasAfter(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(epoch, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(epoch, _alphas.Length);
        return [.. _alphas[epoch - 1].Select(cell => cell.Select(edge => edge.ToArray()).ToArray())];
    }
}
