using static TorchSharp.torch;

namespace SswpNas.MLNet.Search.Strategies;

/// <summary>
/// On which of some images every unit before a ReLU is active: a number a unit, with a bit an image (sample-wise activation
/// patterns, arXiv 2403.04161).
/// </summary>
internal sealed class ActivationPatterns
{
    /// <summary>A number has a bit for each.</summary>
    public const int MostImages = 64;

    private readonly List<ulong> _units = [];

    /// <summary>Adds the units of a layer, [images, channels, height, width].</summary>
    public void Add(Tensor layer)
    {
        float[] values = HostSync.Numbers(layer);
        int images = (int)layer.shape[0], units = values.Length / images, first = _units.Count;
        CollectionsMarshal.SetCount(_units, first + units);
        Span<ulong> patterns = CollectionsMarshal.AsSpan(_units)[first..];
        patterns.Clear();
        for (int image = 0; image < images; image++)
        {
            ReadOnlySpan<float> row = values.AsSpan(image * units, units);
            for (int unit = 0; unit < units; unit++) patterns[unit] |= (row[unit] > 0 ? 1UL : 0UL) << image;
        }
    }

    /// <summary>How many different ones there are: the SWAP-Score.</summary>
    public int Distinct()
    {
        Span<ulong> all = CollectionsMarshal.AsSpan(_units);
        all.Sort();
        int count = all.Length == 0 ? 0 : 1;
        for (int i = 1; i < all.Length; i++)
        {
            if (all[i] != all[i - 1]) count++;
        }

        return count;
    }
}
