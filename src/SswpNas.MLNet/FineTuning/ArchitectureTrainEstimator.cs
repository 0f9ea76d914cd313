using System.Globalization;
using Microsoft.ML;
using SswpNas.MLNet.Checkpoints;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.FineTuning;
using SswpNas.MLNet.Messages;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.Options;
using SswpNas.MLNet.Search;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Tensors;
using SswpNas.MLNet.Training;
using SswpNas.MLNet.Training.Memory;

namespace SswpNas.MLNet;

/// <summary>
/// Trains an architecture from scratch on images with labels (Table 5): any genotype, searched or from the literature. What
/// the paper's comparisons of architectures rest on.
/// </summary>
/// <remarks>Stateless: the same estimator may be fitted again and again, as cross-validation does.</remarks>
public sealed class ArchitectureTrainEstimator : IEstimator<ArchitectureTrainTransformer>
{
    private readonly MLContext _ml;
    private readonly Architecture? _architecture;
    private readonly string _label;
    private readonly string _input;
    private readonly FineTuneOptions _options;

    internal ArchitectureTrainEstimator(
        MLContext ml, Architecture? architecture, string labelColumnName, string inputColumnName, TrainOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(labelColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(inputColumnName);
        FineTuneOptions settings = options.ToFineTune();
        string?[] names =
            [inputColumnName, options.PredictedLabelColumnName, options.ScoreColumnName, options.FeaturesColumnName];
        OptionCheck.ThrowIfAny([.. options.Problems(), .. EstimatorSchema.NameProblems(names)], "The train options");
        (_ml, _architecture, _label, _input, _options) = (ml, architecture, labelColumnName, inputColumnName, settings);
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

    /// <summary>Reads the labelled images and trains the architecture from random weights.</summary>
    /// <param name="input">
    /// Data with the pixel column, square images of any size that the architecture takes, and a label column of key type;
    /// rows with a missing label are left out.
    /// </param>
    /// <returns>The transformer from pixels to labels.</returns>
    /// <exception cref="ArgumentException">A column cannot be used, or the images do not fit the architecture.</exception>
    /// <exception cref="InvalidDataException">
    /// A row cannot be read, a pixel is not a finite number; there are no labels, or labels of one class only.
    /// </exception>
    /// <exception cref="IOException">
    /// The images are more than fit in memory by the options, and more than the disk of the temporary folder has room for.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// No architecture was given and no search found in the chain, there is no such device, libtorch is missing, or the loss
    /// is no finite number any more.
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
    public ArchitectureTrainTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Architecture architecture = _architecture ?? ChainResults.Search(input.Schema, null, "Train").Architecture;
        PixelColumn column = PixelColumn.Of(input.Schema, _input);
        MacroStructure macro = architecture.Macro(column.Shape);
        macro.CheckImage();
        LabelColumn.Of(input.Schema, _label);
        TorchDevice device = TorchDevice.Resolve(_options.Device, _ml);
        EngineCheck.Require(device, _options.UseManagedKernels, _options.Precision);
        using RunLog log = new(_ml, nameof(ArchitectureTrainEstimator), "Train");
        if (device.Note is not null) log.Info(device.Note);
        MemoryCheck memory = new(_options.MemoryOfStep(macro, architecture.Genotype), _options.MemoryLimit, device);
        memory.Before();
        using CheckpointManager keeper = CheckpointManager.Open(
            _options.Checkpoints, _options.CancellationBehavior, log, _options.CancellationToken);

        PixelReading reading = PixelReading.Of(_ml, _options.StoreMemoryLimit, _options.Threads, _options.PixelRange);
        LabelledPixels data = PixelReader.ReadLabelled(input, _input, _label, reading, _options.CancellationToken);
        using PixelStore pixels = data.Pixels;
        FineTuneChecks.Labels(data.Labels, data.ClassNames, _label, _options);
        int seed = RunSeed.Of(_ml, _options.Seed, nameof(ArchitectureTrainEstimator));
        log.Info(
            $"Training {macro.Cells} cells of {macro.InitialChannels} channels on {pixels.Count} images of {pixels.Shape}, "
            + $"{data.ClassNames.Length} classes, seed {seed}, device {device}.");
        PixelNormalization normalization = PixelNormalization.Of(pixels, Enumerable.Range(0, pixels.Count));
        FoundNetwork blank = FoundNetwork.Blank(macro, architecture.Genotype, pixels.Range, normalization);
        using FineTuneRun run = new(data, blank, _options, seed, device.ToTorch(), keeper);
        FineTuneOutcome outcome = memory.Guard(() => run.Run("training"));
        using DerivedNetwork network = outcome.Network;
        IReadOnlyList<FineTuneEpoch> history = outcome.Trials[^1].Epochs;
        log.Info(string.Create(CultureInfo.InvariantCulture, $"Trained for {history.Count} epochs, loss {history[^1].Loss:F4}."));
        LayerDevice.Move(network, TorchSharp.torch.CPU);
        OnnxExport export = new(network, pixels.Range, normalization)
        {
            Input = _input,
            IsInterleaved = column.IsInterleaved,
            ClassNames = data.ClassNames,
            Score = _options.ScoreColumnName,
            Features = _options.FeaturesColumnName,
            Metadata = new Dictionary<string, string>
            {
                ["labels_used"] = data.Labels.Length.ToString(CultureInfo.InvariantCulture),
                ["train_seed"] = seed.ToString(CultureInfo.InvariantCulture),
            },
        };
        return new ArchitectureTrainTransformer(
            _ml, export, _options.PredictedLabelColumnName, architecture, history, _options.Threads);
    }
}
