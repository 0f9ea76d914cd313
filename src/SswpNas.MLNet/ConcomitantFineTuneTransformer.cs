using Microsoft.ML;
using SswpNas.MLNet.FineTuning;
using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet;

/// <summary>
/// A fine-tuned network: pixels in; probabilities of the classes, a predicted label of key type and, when asked for,
/// the features before the classifier out.
/// </summary>
public sealed class ConcomitantFineTuneTransformer : StockChainTransformer
{
    private readonly byte[] _onnx;

    internal ConcomitantFineTuneTransformer(
        MLContext ml, OnnxExport export, string predictedLabel, FineTuneOutcome outcome, FineTuneStart start,
        int? threads = null)
        : base(ml, export, predictedLabel, threads)
    {
        _onnx = export.ToBytes();
        ClassNames = [.. export.ClassNames!];
        LearningRate = outcome.LearningRate;
        ValidationAccuracy = outcome.ValidationAccuracy;
        Trials = outcome.Trials;
        SearchResult = start.Search;
        PretrainResult = start.Pretraining;
        Parameters = NamedTensors.CountParameters(export.Network);
    }

    /// <summary>The classes in label order.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The learning rate that was used, chosen if there was a choice.</summary>
    public double LearningRate { get; }

    /// <summary>
    /// Accuracy on the validation part of the labels, 0 to 1: of the run that was chosen, before the last one on all
    /// labels. Null where there was nothing to choose.
    /// </summary>
    public double? ValidationAccuracy { get; }

    /// <summary>All training runs, the last one being the network's own unless early stopping chose one before it.</summary>
    public IReadOnlyList<FineTuneTrial> Trials { get; }

    /// <summary>The search that it started from; null where a pre-training alone was handed over.</summary>
    public SearchResult? SearchResult { get; }

    /// <summary>
    /// The pre-training whose weights it started from; null but with <see cref="WeightInitialization.SimClrPretrained"/>.
    /// </summary>
    public PretrainResult? PretrainResult { get; }

    /// <summary>Trained numbers of the network, the classifier's included.</summary>
    public long Parameters { get; }

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
        OnnxFile.Write(path, _onnx);
    }
}
