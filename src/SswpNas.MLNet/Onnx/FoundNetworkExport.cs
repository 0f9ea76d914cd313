using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet.Onnx;

/// <summary>Exports found networks.</summary>
internal static class FoundNetworkExport
{
    /// <summary>The encoder as an export from pixels to features, for as long as its use lasts.</summary>
    /// <param name="found">The network.</param>
    /// <param name="input">The pixel column.</param>
    /// <param name="interleaved">Whether a pixel's channels lie side by side in it.</param>
    /// <param name="features">The features' column.</param>
    /// <param name="use">Makes something of the export.</param>
    public static T Export<T>(
        this FoundNetwork found, string input, bool interleaved, string features, Func<OnnxExport, T> use)
    {
        using DerivedNetwork network = found.Create();
        return use(new OnnxExport(network, found.Range, found.Normalization)
        {
            Input = input,
            IsInterleaved = interleaved,
            Features = features,
        });
    }
}
