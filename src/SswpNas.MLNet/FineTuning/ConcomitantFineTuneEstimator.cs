using System.Globalization;
using Microsoft.ML;
using SswpNas.MLNet.Checkpoints;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.FineTuning;
using SswpNas.MLNet.Messages;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.Options;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Tensors;
using SswpNas.MLNet.Training;
using SswpNas.MLNet.Training.Memory;

namespace SswpNas.MLNet;

/// <summary>
/// Trains a classifier from a searched network with a few labels (section 4.4), starting from its concomitant weights or,
/// as baselines, from random ones or from those of a SimCLR pre-training.
/// </summary>
/// <remarks>Stateless: the same estimator may be fitted again and again, as cross-validation does.</remarks>
public sealed class ConcomitantFineTuneEstimator : IEstimator<ConcomitantFineTuneTransformer>
{
    private readonly MLContext _ml;
    private readonly string _label;
    private readonly string _input;
    private readonly FineTuneOptions _options;
    private readonly SearchResult? _searchResult;
    private readonly PretrainResult? _pretrainResult;

    internal ConcomitantFineTuneEstimator(
        MLContext ml, string labelColumnName, string inputColumnName, FineTuneOptions options, SearchResult? searchResult,
        PretrainResult? pretrainResult)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(labelColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(inputColumnName);
        string?[] names =
            [inputColumnName, options.PredictedLabelColumnName, options.ScoreColumnName, options.FeaturesColumnName];
        OptionCheck.ThrowIfAny(
            [.. options.Problems(), .. EstimatorSchema.NameProblems(names)], "The fine-tune options");
        (_ml, _label, _input) = (ml, labelColumnName, inputColumnName);
        (_options, _searchResult, _pretrainResult) = (options, searchResult, pretrainResult);
    }

    /// <summary>The shape of what the fitted transformer gives.</summary>
    /// <param name="inputSchema">A shape with the pixel and the label column.</param>
    /// <returns>The input's columns, the predicted label, the score and, when asked for, the features.</returns>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        PixelColumn.Check(inputSchema, _input);
        LabelColumn.Check(inputSchema, _label);
        return EstimatorSchema.WithPrediction(
            _ml, inputSchema, _options.ScoreColumnName, _options.PredictedLabelColumnName, _options.FeaturesColumnName);
    }

    /// <summary>Reads the labelled images, chooses a learning rate if there is a choice, and trains.</summary>
    /// <param name="input">Data with the pixel column and a label column of key type; missing labels are left out.</param>
    /// <returns>The transformer from pixels to labels.</returns>
    /// <exception cref="ArgumentException">
    /// A column cannot be used, the images differ from those of the search in size, channels or units, or the pre-trained
    /// weights are of another network than the search's.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// A row cannot be read; a pixel is not a finite number; there are no labels, labels of one class only, or a class with
    /// one label.
    /// </exception>
    /// <exception cref="IOException">
    /// The images are more than fit in memory by the options, and more than the disk of the temporary folder has room for.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// No search (or pre-training) result was given or found in the chain, there is no such device, libtorch is missing, or
    /// the loss is no finite number any more.
    /// </exception>
    /// <exception cref="InsufficientMemoryException">
    /// A step takes more memory than there is, or than the options allow; the message says what would fit.
    /// </exception>
    /// <exception cref="OperationCanceledException">
    /// The options' token was cancelled, and nothing is to be given back or nothing was found yet.
    /// </exception>
    /// <remarks>
    /// With <c>Checkpoints</c> in the options it goes on from the last one. Besides the above it then throws an
    /// <see cref="IOException"/> if the folder cannot be written or another run is at work in it, an
    /// <see cref="InvalidOperationException"/> that lists what differs if its checkpoints are of another run, and an
    /// <see cref="InvalidDataException"/> if none of them can be used.
    /// </remarks>
    public ConcomitantFineTuneTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        FineTuneStart start = FineTuneStart.Find(input.Schema, _options.Initialization, _searchResult, _pretrainResult);
        FoundNetwork found = start.Network;
        PixelColumn column = PixelColumn.Of(input.Schema, _input);
        found.CheckImage(column.Shape);
        LabelColumn labels = LabelColumn.Of(input.Schema, _label);
        TorchDevice device = TorchDevice.Resolve(_options.Device, _ml);
        EngineCheck.Require(device, _options.UseManagedKernels, _options.Precision);
        using RunLog log = new(_ml, nameof(ConcomitantFineTuneEstimator), "Fine-tune");
        if (device.Note is not null) log.Info(device.Note);
        MemoryCheck memory = new(_options.MemoryOfStep(found.Macro, found.Genotype), _options.MemoryLimit, device);
        memory.Before();
        using CheckpointManager keeper = CheckpointManager.Open(
            _options.Checkpoints, _options.CancellationBehavior, log, _options.CancellationToken);

        PixelReading reading = PixelReading.Of(
            _ml, _options.StoreMemoryLimit, _options.Threads, _options.PixelRange, found.Range);
        LabelledPixels data = PixelReader.ReadLabelled(input, _input, _label, reading, _options.CancellationToken);
        using PixelStore pixels = data.Pixels;
        FineTuneChecks.Labels(data.Labels, data.ClassNames, _label, _options);
        int seed = RunSeed.Of(_ml, _options.Seed, nameof(ConcomitantFineTuneEstimator));
        log.Info(
            $"Fine-tuning from {_options.Initialization} weights on {data.Labels.Length} labels of "
            + $"{labels.ClassNames.Length} classes, seed {seed}.");
        using FineTuneRun run = new(data, found, _options, seed, device.ToTorch(), keeper);
        FineTuneOutcome outcome = memory.Guard(() => run.Run());
        using DerivedNetwork network = outcome.Network;
        foreach (FineTuneTrial trial in outcome.Trials) log.Info(Line(trial));
        return Transformer(network, column.IsInterleaved, data, start, outcome, seed);
    }

    private ConcomitantFineTuneTransformer Transformer(
        DerivedNetwork network, bool interleaved, LabelledPixels data, FineTuneStart start, FineTuneOutcome outcome, int seed)
    {
        LayerDevice.Move(network, TorchSharp.torch.CPU);
        OnnxExport export = new(network, start.Network.Range, start.Network.Normalization)
        {
            Input = _input,
            IsInterleaved = interleaved,
            ClassNames = data.ClassNames,
            Score = _options.ScoreColumnName,
            Features = _options.FeaturesColumnName,
            Metadata = Metadata(data, start, outcome, seed),
        };
        return new ConcomitantFineTuneTransformer(
            _ml, export, _options.PredictedLabelColumnName, outcome, start, _options.Threads);
    }

    private Dictionary<string, string> Metadata(LabelledPixels data, FineTuneStart start, FineTuneOutcome outcome, int seed)
    {
        Dictionary<string, string> metadata = new()
        {
            ["initialization"] = _options.Initialization.ToString(),
            ["learning_rate"] = outcome.LearningRate.ToString(CultureInfo.InvariantCulture),
            ["labels_used"] = data.Labels.Length.ToString(CultureInfo.InvariantCulture),
        };
        if (start.Search is not null) metadata["search_seed"] = start.Search.Seed.ToString(CultureInfo.InvariantCulture);
        if (start.Pretraining is not null)
            metadata["pretrain_seed"] = start.Pretraining.Seed.ToString(CultureInfo.InvariantCulture);
        metadata["fine_tune_seed"] = seed.ToString(CultureInfo.InvariantCulture);
        return metadata;
    }

    private static string Line(FineTuneTrial trial)
    {
        string judged = trial.ValidationAccuracy is double accuracy
            ? string.Create(CultureInfo.InvariantCulture, $", {accuracy:P1} right of {trial.ValidationImages}")
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Learning rate {trial.LearningRate}: {trial.TrainingImages} images, loss {trial.Epochs[^1].Loss:F4}{judged}.");
    }
}
