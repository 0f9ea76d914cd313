namespace SswpNas.MLNet.Onnx;

/// <summary>Exports found networks.</summary>
internal static class FoundNetworkExport
{
    /// <summary>The encoder as an export from pixels to features, for as long as its use lasts.</summary>
    public static T Export<T>(
        this FoundNetwork found, string input, bool interleaved, string features, Func<OnnxExport, T> use)
    {
        using TorchDefaults defaults = new();
        using DerivedNetwork network = found.Create();
        return use(new OnnxExport(network, found.Range, found.Normalization)
        {
            Input = input,
            IsInterleaved = interleaved,
            Features = features,
        });
    }
}
