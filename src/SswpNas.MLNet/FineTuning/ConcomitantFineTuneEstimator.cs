using SswpNas.MLNet.FineTuning;
using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.Search;

namespace SswpNas.MLNet;

/// <summary>
/// Trains a classifier from a searched network with a few labels (section 4.4), starting from its concomitant weights or,
/// as baselines, from random ones or from those of a SimCLR pre-training.
/// </summary>
/// <remarks>Stateless: the same estimator may be fitted again and again, as cross-validation does.</remarks>
public sealed class ConcomitantFineTuneEstimator : ClassifierEstimator<ConcomitantFineTuneTransformer>
{
    private readonly FineTuneOptions _options;
    private readonly SearchResult? _searchResult;
    private readonly PretrainResult? _pretrainResult;

    internal ConcomitantFineTuneEstimator(
        MLContext ml, string labelColumnName, string inputColumnName, FineTuneOptions options, SearchResult? searchResult,
        PretrainResult? pretrainResult)
        : base(ml, labelColumnName, inputColumnName, options, "The fine-tune options")
    {
        (_options, _searchResult, _pretrainResult) = (options, searchResult, pretrainResult);
    }

    /// <summary>Reads the labelled images, chooses a learning rate if there is a choice, and trains.</summary>
    /// <param name="input">Data with the pixel column and a label column of key type; images whose label is missing are left out, or learnt from without one (<see cref="FineTuneOptions.Unlabelled"/>).</param>
    /// <returns>The transformer from pixels to labels.</returns>
    /// <exception cref="ArgumentException">
    /// A column cannot be used, the images differ from those of the search in size, channels or units, or the pre-trained
    /// weights are of another network than the search's.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// There are no labels, labels of one class only, or a class with one label, or as <see cref="LongRunOptions"/> says.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// No search (or pre-training) result was given or found in the chain, or as <see cref="LongRunOptions"/> says.
    /// </exception>
    /// <exception cref="IOException">See <see cref="LongRunOptions"/>.</exception>
    /// <exception cref="InsufficientMemoryException">See <see cref="LongRunOptions"/>.</exception>
    /// <exception cref="OperationCanceledException">See <see cref="LongRunOptions"/>.</exception>
    public override ConcomitantFineTuneTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        FineTuneStart start = FineTuneStart.Find(input.Schema, _options.Initialization, _searchResult, _pretrainResult);
        // In a chain nobody else holds what the search before found.
        EncoderResult? held = start.Pretraining ?? (EncoderResult?)start.Search;
        return ResultRescue.Keep(held == _searchResult || held == _pretrainResult ? null : held, Context, () => Fit(input, start));
    }

    private ConcomitantFineTuneTransformer Fit(IDataView input, FineTuneStart start)
    {
        FoundNetwork found = start.Network;
        PixelColumn column = PixelColumn.Of(input.Schema, InputColumnName);
        found.CheckImage(column.Shape);
        LabelColumn.Of(input.Schema, LabelColumnName);
        int teacherLength = _options.TeacherColumnName is string teacher ? TeacherColumn.Of(input.Schema, teacher).Length : 0;
        using RunSession session = new(
            Context, nameof(ConcomitantFineTuneEstimator), "Fine-tune", _options,
            _options.MemoryOfStep(found.Macro, found.Genotype) with
            {
                TeacherBytes = TeacherFeatures.Bytes(input.GetRowCount(), teacherLength),
            },
            found.Range);
        bool all = _options.Unlabelled != UnlabelledImages.Ignore;
        if (!all && _options.SemiSupervised.TruthColumnName is string truth)
            session.Log.Warn($"SemiSupervised.TruthColumnName ('{truth}') is ignored: Unlabelled is {_options.Unlabelled}.");
        LabelledPixels data = session.Read(input, new ImageColumns(
            InputColumnName, LabelColumnName, _options.TeacherColumnName, all, all ? _options.SemiSupervised.TruthColumnName : null));
        FineTuneChecks.Labels(data.Labels, data.ClassNames, LabelColumnName, _options);
        session.Log.Info(
            $"Fine-tuning from {_options.Initialization} weights on {data.Labelled.Length} labels of {data.ClassNames.Length} "
            + $"classes, {session}.");
        using FineTuneRun run = new(session, data, found, session.OnRank(_options));
        FineTuneOutcome outcome = session.Guard(() => run.Run());
        using DerivedNetwork network = outcome.Network;
        foreach (FineTuneTrial trial in outcome.Trials) session.Log.Info(Line(trial));
        session.Log.Info(Line(outcome.Calibration));
        outcome.Rule?.Rejection.Say(session.Log);
        OnnxExport export = Export(found, column, data, Metadata(data, start, outcome, session.Seed), outcome);
        return new ConcomitantFineTuneTransformer(Context, export, _options, outcome, start);
    }

    private Dictionary<string, string> Metadata(LabelledPixels data, FineTuneStart start, FineTuneOutcome outcome, int seed)
    {
        Dictionary<string, string> metadata = new()
        {
            ["initialization"] = _options.Initialization.ToString(),
            ["learning_rate"] = outcome.Choice.LearningRate.ToString(CultureInfo.InvariantCulture),
            ["labels_used"] = data.Labelled.Length.ToString(CultureInfo.InvariantCulture),
        };
        if (start.Search is not null) metadata["search_seed"] = start.Search.Seed.ToString(CultureInfo.InvariantCulture);
        if (start.Pretraining is not null)
            metadata["pretrain_seed"] = start.Pretraining.Seed.ToString(CultureInfo.InvariantCulture);
        metadata["fine_tune_seed"] = seed.ToString(CultureInfo.InvariantCulture);
        return metadata;
    }

    private string Line(Calibration? calibration) => calibration is null
        ? $"The probabilities are as the network gives them: {(_options.Calibrate ? "no image was kept for validation" : "Calibrate is false")}."
        : calibration.ToLine("validation images");

    private static string Line(FineTuneTrial trial)
    {
        string judged = trial.ValidationAccuracy is double accuracy
            ? string.Create(CultureInfo.InvariantCulture, $", {accuracy:P1} right of {trial.ValidationImages}")
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Learning rate {trial.LearningRate}{(trial.Unlabelled == UnlabelledImages.Ignore ? "" : $", {trial.Unlabelled}")}: {trial.TrainingImages} images, loss {trial.Epochs[^1].Loss:F4}{judged}.");
    }
}
