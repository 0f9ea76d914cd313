using SswpNas.MLNet.FineTuning;

namespace SswpNas.MLNet;

public sealed partial class SswpNasCatalog
{
    /// <summary>
    /// Scales the probabilities of a fine-tuned model by labelled images that other models of the same fine-tuning have named without
    /// having learnt from them: best all labels, by a cross-validation. That is more to go by than the validation part that
    /// <see cref="FineTuneOptions.Calibrate"/> uses. Where a precision is wanted (<see cref="RejectionOptions.Precision"/>), its bound
    /// is chosen anew by the same images.
    /// </summary>
    /// <param name="model">
    /// The model, fine-tuned with <see cref="FineTuneOptions.Calibrate"/> set to false. It stays as it is, and its owner disposes of it.
    /// </param>
    /// <param name="scored">
    /// Images with labels and probabilities, scored by models that were fine-tuned with <see cref="FineTuneOptions.Calibrate"/> set to
    /// false, too. Rows without a label (key 0) are left out. It is read once.
    /// </param>
    /// <param name="labelColumnName">The labels, a key with the model's classes.</param>
    /// <param name="scoreColumnName">The probabilities, [classes], 0 to 1.</param>
    /// <returns>The same network with other probabilities; its owner disposes of it.</returns>
    /// <exception cref="ArgumentException">A column is missing, of another type or has other classes, or the model is scaled already.</exception>
    /// <exception cref="InvalidDataException">No row has a label, or scores are no probabilities.</exception>
    public ConcomitantFineTuneTransformer Calibrate(
        ConcomitantFineTuneTransformer model, IDataView scored, string labelColumnName = "Label", string scoreColumnName = "Score")
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(scored);
        if (model.Calibration is Calibration already)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"The model's probabilities are scaled by {already.Images} validation images already (temperature {already.Temperature:F2}); a model as it was trained was expected, and scores of such models. Set FineTuneOptions.Calibrate to false for all of them."));
        }

        using RunLog log = new(Context, "Calibrate", "Calibrate");
        ScoredLabels rows = ScoredLabels.Read(scored, labelColumnName, scoreColumnName, model.ClassNames);
        Calibration calibration = TemperatureFit.Of(rows.LogProbabilities, rows.Labels);
        log.Info(calibration.ToLine("images that were not learnt from"));
        ConcomitantFineTuneTransformer calibrated = model.Calibrated(calibration, rows.Confidences(calibration.Temperature));
        calibrated.Rejection?.Say(log);
        return calibrated;
    }
}
