using System.Globalization;
using Microsoft.ML;
using SswpNas.MLNet.Checkpoints;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Messages;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.Options;
using SswpNas.MLNet.Search;
using SswpNas.MLNet.Tensors;
using SswpNas.MLNet.Training;
using SswpNas.MLNet.Training.Memory;

namespace SswpNas.MLNet;

/// <summary>
/// Searches a convolutional architecture on images without labels and trains its weights in the same run (SSWP-NAS). The
/// fitted transformer turns images into <c>Features</c>; its <see cref="SswpNasSearchTransformer.Result"/> is what a
/// <see cref="ConcomitantFineTuneEstimator"/> starts from.
/// </summary>
/// <remarks>
/// Only a search whose objective is <see cref="SearchObjective.Supervised"/>, a baseline, looks at labels.
/// Stateless: the same estimator may be fitted again and again, as cross-validation does.
/// </remarks>
public sealed class SswpNasSearchEstimator : IEstimator<SswpNasSearchTransformer>
{
    private readonly MLContext _ml;
    private readonly string _input;
    private readonly string _output;
    private readonly string? _label;
    private readonly SearchOptions _options;

    internal SswpNasSearchEstimator(
        MLContext ml, string inputColumnName, string outputColumnName, SearchOptions options, string? labelColumnName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(inputColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(outputColumnName);
        OptionCheck.ThrowIfAny(
            [
                .. options.Problems(),
                .. SearchChecks.LabelProblems(options.Objective, labelColumnName),
                .. EstimatorSchema.NameProblems(inputColumnName, outputColumnName),
            ],
            "The search options");
        (_ml, _input, _output, _label, _options) = (ml, inputColumnName, outputColumnName, labelColumnName, options);
    }

    /// <summary>The shape of what the fitted transformer gives.</summary>
    /// <param name="inputSchema">A shape with the pixel column and, for a supervised search, the label column.</param>
    /// <returns>The input's columns and the features, a vector of <see cref="float"/>.</returns>
    /// <exception cref="ArgumentException">
    /// The pixel column is missing or no vector of <see cref="float"/>, or the label column is missing or no key.
    /// </exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        PixelColumn.Check(inputSchema, _input);
        if (_label is not null) LabelColumn.Check(inputSchema, _label);
        return EstimatorSchema.WithFeatures(_ml, inputSchema, _output);
    }

    /// <summary>Reads the images once, searches, and derives the network with its concomitant weights.</summary>
    /// <param name="input">
    /// Data with the pixel column: square images of 1 or 3 channels, of an even size that the network can halve as often
    /// as it does. A supervised search leaves out the rows without a label; any other looks at no labels.
    /// </param>
    /// <returns>The transformer from pixels to features.</returns>
    /// <exception cref="ArgumentException">
    /// The pixel column or the label column cannot be used, or the images are too small.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// A row cannot be read, a pixel is not a finite number, there are too few images, or a supervised search finds less than
    /// two classes.
    /// </exception>
    /// <exception cref="IOException">
    /// The images are more than fit in memory by the options, and more than the disk of the temporary folder has room for.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// There is no such device, libtorch is missing, or the loss is no finite number any more.
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
    public SswpNasSearchTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        PixelColumn column = PixelColumn.Of(input.Schema, _input);
        if (_label is not null) LabelColumn.Of(input.Schema, _label);
        _options.Macro(column.Shape).CheckImage();
        TorchDevice device = TorchDevice.Resolve(_options.Device, _ml);
        EngineCheck.Require(device, _options.UseManagedKernels, _options.Precision);
        using RunLog log = new(_ml, nameof(SswpNasSearchEstimator), "Search");
        if (device.Note is not null) log.Info(device.Note);
        MemoryCheck memory = new(_options.MemoryOfStep(column.Shape), _options.MemoryLimit, device);
        memory.Before();
        using CheckpointManager keeper = CheckpointManager.Open(
            _options.Checkpoints, _options.CancellationBehavior, log, _options.CancellationToken);

        PixelReading reading = PixelReading.Of(_ml, _options.StoreMemoryLimit, _options.Threads, _options.PixelRange);
        LabelledPixels data = PixelReader.Read(input, _input, _label, reading, _options.CancellationToken);
        using PixelStore pixels = data.Pixels;
        if (_label is not null) LabelChecks.CountsOfTwoClasses(data.Labels, data.ClassNames, _label);
        SearchChecks.Images(data.Pixels.Count, _options);
        int seed = RunSeed.Of(_ml, _options.Seed, nameof(SswpNasSearchEstimator));
        log.Info(
            $"Searching on {data.Pixels.Count} images of {data.Pixels.Shape}, objective {_options.Objective}, seed {seed}, "
            + $"device {device}.");
        SearchResult result = memory.Guard(
            () => SearchRun.Run(data, _options, seed, device.ToTorch(), keeper, epoch => log.Info(Line(epoch))));
        log.Info(FormattableString.Invariant($"Found a network of {result.Parameters} parameters in {result.Seconds:F0} s."));
        return result.Network.Export(
            _input, column.IsInterleaved, _output,
            export => new SswpNasSearchTransformer(_ml, export, result, _options.Threads));
    }

    private string Line(SearchEpoch epoch) => string.Create(
        CultureInfo.InvariantCulture,
        $"Epoch {epoch.Epoch} of {_options.Epochs} ({epoch.Phase}): loss {epoch.Loss:F4}, path entropy {epoch.PathEntropy:F3}, "
        + $"{epoch.FrozenCells} cells frozen, {(epoch.AlphasStopped ? "alphas stopped, " : "")}{epoch.Seconds:F1} s.");
}
