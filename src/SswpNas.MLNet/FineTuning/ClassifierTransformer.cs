using SswpNas.MLNet.Onnx;

namespace SswpNas.MLNet;

/// <summary>
/// A trained classifier: pixels in; probabilities of the classes, a predicted label of key type and, when asked for, the
/// features before the classifier out.
/// </summary>
public abstract class ClassifierTransformer : OnnxPipelineTransformer
{
    private protected ClassifierTransformer(MLContext ml, ExportedModel model, string predictedLabel, int? threads)
        : base(ml, model, predictedLabel, threads)
    {
        (Model, ClassNames) = (model, model.ClassNames!);
    }

    /// <summary>The classes in label order.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Trainable parameters of the network, the classifier's included.</summary>
    public long Parameters => Model.Parameters;

    /// <summary>
    /// Writes the network as one self-contained ONNX file (operator set 17, operators of <c>ai.onnx</c> only). Its input
    /// is a batch of images, [N, channels, height, width] or, where the pixel column is interleaved, [N, height, width,
    /// channels], in the pixel column's own units; the normalisation is inside.
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
        WholeFile.Write(path, Model.File);
    }

    internal ExportedModel Model { get; }
}
