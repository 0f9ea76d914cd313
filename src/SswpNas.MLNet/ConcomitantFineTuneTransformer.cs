using Microsoft.ML;
using SswpNas.MLNet.Onnx;

namespace SswpNas.MLNet;

/// <summary>
/// A fine-tuned network: pixels in; probabilities of the classes, a predicted label of key type and, when asked for,
/// the features before the classifier out.
/// </summary>
public sealed class ConcomitantFineTuneTransformer : StockChainTransformer
{
    private readonly byte[] _onnx;

    internal ConcomitantFineTuneTransformer(MLContext ml, OnnxExport export, string predictedLabel)
        : base(StockChain.Create(ml, export, predictedLabel))
    {
        _onnx = export.ToBytes();
    }

    /// <summary>
    /// Writes the network as one self-contained ONNX file (operator set 17, operators of <c>ai.onnx</c> only). Its input
    /// is a batch of images, [N, channels, height, width], in the pixel column's own units; the normalisation is inside.
    /// Its metadata hold <c>labels</c> (a JSON array in label order), <c>genotype</c>, <c>mean</c>, <c>std</c>,
    /// <c>pixel_range</c>, <c>image_shape</c> and <c>sswpnas_version</c>.
    /// </summary>
    /// <param name="path">The file; it is replaced when it exists, once the new one is complete.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public void ExportToOnnx(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        OnnxFile.Write(path, _onnx);
    }
}
