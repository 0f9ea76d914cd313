using SswpNas.MLNet.Onnx;

namespace SswpNas.MLNet;

/// <summary>
/// A network that was trained from scratch: pixels in; probabilities of the classes, a predicted label of key type and, when
/// asked for, the features before the classifier out.
/// </summary>
public sealed class ArchitectureTrainTransformer : ClassifierTransformer
{
    internal ArchitectureTrainTransformer(
        MLContext ml, OnnxExport export, string predictedLabel, Architecture architecture,
        IReadOnlyList<FineTuneEpoch> history, int? threads)
        : base(ml, export.ToModel(), predictedLabel, threads)
    {
        (Architecture, History) = (architecture, history);
    }

    /// <summary>What was trained.</summary>
    public Architecture Architecture { get; }

    /// <summary>One entry an epoch.</summary>
    public IReadOnlyList<FineTuneEpoch> History { get; }
}
