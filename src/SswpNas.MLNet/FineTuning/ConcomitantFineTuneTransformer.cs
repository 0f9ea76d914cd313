using SswpNas.MLNet.FineTuning;
using SswpNas.MLNet.Onnx;

namespace SswpNas.MLNet;

/// <summary>
/// A fine-tuned network: pixels in; probabilities of the classes, a predicted label of key type and, when asked for,
/// the features before the classifier out.
/// </summary>
public sealed class ConcomitantFineTuneTransformer : ClassifierTransformer
{
    private readonly MLContext _ml;
    private readonly FineTuneOptions _options;

    internal ConcomitantFineTuneTransformer(
        MLContext ml, OnnxExport export, FineTuneOptions options, FineTuneOutcome outcome, FineTuneStart start)
        : base(ml, export.ToModel(), options.PredictedLabelColumnName, options.Threads)
    {
        (_ml, _options) = (ml, (FineTuneOptions)options.Quiet());
        LearningRate = outcome.Choice.LearningRate;
        ValidationAccuracy = outcome.ValidationAccuracy;
        Trials = outcome.Trials;
        Calibration = outcome.Calibration;
        Rejection = outcome.Rule?.Rejection;
        SearchResult = start.Search;
        PretrainResult = start.Pretraining;
    }

    private ConcomitantFineTuneTransformer(ConcomitantFineTuneTransformer other, Calibration calibration, Rejection? rejection)
        : base(
            other._ml, other.Model.Calibrated(calibration.Temperature, rejection?.Below), other._options.PredictedLabelColumnName,
            other._options.Threads)
    {
        (_ml, _options) = (other._ml, other._options);
        LearningRate = other.LearningRate;
        ValidationAccuracy = other.ValidationAccuracy;
        Trials = other.Trials;
        Calibration = calibration;
        Rejection = rejection;
        SearchResult = other.SearchResult;
        PretrainResult = other.PretrainResult;
    }

    /// <summary>The learning rate that was used, chosen if there was a choice.</summary>
    public double LearningRate { get; }

    /// <summary>
    /// Accuracy on the validation part of the labels, 0 to 1: of the run that was chosen, before the last one on all
    /// labels. Null where there was nothing to choose.
    /// </summary>
    public double? ValidationAccuracy { get; }

    /// <summary>All training runs, the last one being the network's own unless early stopping chose one before it.</summary>
    public IReadOnlyList<FineTuneTrial> Trials { get; }

    /// <summary>
    /// The temperature that its probabilities were scaled by, by the validation part or by <see cref="SswpNasCatalog.Calibrate"/>; null
    /// where no image was kept for validation, or <see cref="FineTuneOptions.Calibrate"/> is false.
    /// </summary>
    public Calibration? Calibration { get; }

    /// <summary>When no class is named; null where one always is (<see cref="FineTuneOptions.Rejection"/>).</summary>
    public Rejection? Rejection { get; }

    /// <summary>The search that it started from; null where a pre-training alone was handed over.</summary>
    public SearchResult? SearchResult { get; }

    /// <summary>
    /// The pre-training whose weights it started from; null but with <see cref="WeightInitialization.SimClrPretrained"/>.
    /// </summary>
    public PretrainResult? PretrainResult { get; }

    /// <summary>The same network with another temperature, and a bound that is chosen by images' highest probabilities at that.</summary>
    internal ConcomitantFineTuneTransformer Calibrated(Calibration calibration, double[] confidences) => new(
        this, calibration,
        Rejection is null ? null : Rejection.Of(_options.Rejection, confidences) with { LeastSimilarity = Rejection.LeastSimilarity });
}
