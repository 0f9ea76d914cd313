using SswpNas.MLNet.Onnx;

namespace SswpNas.MLNet;

/// <summary>The searched network without a classifier: pixels in, features out.</summary>
public sealed class SswpNasSearchTransformer : EncoderTransformer
{
    internal SswpNasSearchTransformer(MLContext ml, OnnxExport export, SearchResult result, int? threads = null)
        : base(ml, export, result, threads)
    {
        Result = result;
    }

    /// <summary>
    /// What the search found. It is not part of a saved model: keep it with <c>SearchResult.Save</c>, or hand it on.
    /// </summary>
    public SearchResult Result { get; }
}
