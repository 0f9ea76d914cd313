using SswpNas.MLNet.Onnx;

namespace SswpNas.MLNet;

/// <summary>A pre-trained network without a classifier: pixels in, features out.</summary>
public sealed class SimClrPretrainTransformer : EncoderTransformer
{
    internal SimClrPretrainTransformer(MLContext ml, OnnxExport export, PretrainResult result, int? threads = null)
        : base(ml, export, result, threads)
    {
        Result = result;
    }

    /// <summary>
    /// The network with its weights. It is not part of a saved model: keep it with <c>PretrainResult.Save</c>, or hand it on.
    /// </summary>
    public PretrainResult Result { get; }
}
