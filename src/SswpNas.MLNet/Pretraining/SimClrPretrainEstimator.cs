using System.Globalization;
using Microsoft.ML;
using SswpNas.MLNet.Checkpoints;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Messages;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.Options;
using SswpNas.MLNet.Pretraining;
using SswpNas.MLNet.Search;
using SswpNas.MLNet.Tensors;
using SswpNas.MLNet.Training;
using SswpNas.MLNet.Training.Memory;

namespace SswpNas.MLNet;

/// <summary>
/// Takes the architecture that a search found, without its weights, and pre-trains fresh ones with SimCLR on images without
/// labels: the second stage of the two-stage baseline (section 4.4). The fitted transformer turns images into
/// <c>Features</c>; its <see cref="SimClrPretrainTransformer.Result"/> is what a fine-tuning with
/// <see cref="WeightInitialization.SimClrPretrained"/> starts from.
/// </summary>
/// <remarks>Stateless: the same estimator may be fitted again and again, as cross-validation does.</remarks>
public sealed class SimClrPretrainEstimator : IEstimator<SimClrPretrainTransformer>
{
    private readonly MLContext _ml;
    private readonly string _input;
    private readonly string _output;
    private readonly PretrainOptions _options;
    private readonly SearchResult? _searchResult;

    internal SimClrPretrainEstimator(
        MLContext ml, string inputColumnName, string outputColumnName, PretrainOptions options, SearchResult? searchResult)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(inputColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(outputColumnName);
        OptionCheck.ThrowIfAny(
            [.. options.Problems(), .. EstimatorSchema.NameProblems(inputColumnName, outputColumnName)],
            "The pre-training options");
        (_ml, _input, _output, _options) = (ml, inputColumnName, outputColumnName, options);
        _searchResult = searchResult;
    }

    /// <summary>The shape of what the fitted transformer gives.</summary>
    /// <param name="inputSchema">A shape with the pixel column.</param>
    /// <returns>The input's columns and the features, a vector of <see cref="float"/>.</returns>
    /// <exception cref="ArgumentException">The pixel column is missing or no vector of <see cref="float"/>.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        PixelColumn.Check(inputSchema, _input);
        return EstimatorSchema.WithFeatures(_ml, inputSchema, _output);
    }

    /// <summary>Reads all images and trains the architecture's weights anew.</summary>
    /// <param name="input">Data with the pixel column, of the search's size and channels. Labels are not looked at.</param>
    /// <returns>The transformer from pixels to features.</returns>
    /// <exception cref="ArgumentException">
    /// The pixel column cannot be used, or the images differ from those of the search in size, channels or units.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// A row cannot be read, a pixel is not a finite number, or there are fewer images than a batch.
    /// </exception>
    /// <exception cref="IOException">
    /// The images are more than fit in memory by the options, and more than the disk of the temporary folder has room for.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// No search result was given or found in the chain, there is no such device, libtorch is missing, or the loss is no
    /// finite number any more.
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
    public SimClrPretrainTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        SearchResult found = ChainResults.Search(input.Schema, _searchResult, "Pretrain");
        PixelColumn column = PixelColumn.Of(input.Schema, _input);
        found.Network.CheckImage(column.Shape);
        int epochs = PretrainChecks.Epochs(_options, found);
        TorchDevice device = TorchDevice.Resolve(_options.Device, _ml);
        EngineCheck.Require(device, _options.UseManagedKernels, _options.Precision);
        using RunLog log = new(_ml, nameof(SimClrPretrainEstimator), "Pre-train");
        if (device.Note is not null) log.Info(device.Note);
        MemoryCheck memory = new(_options.MemoryOfStep(found.Network), _options.MemoryLimit, device);
        memory.Before();
        using CheckpointManager keeper = CheckpointManager.Open(
            _options.Checkpoints, _options.CancellationBehavior, log, _options.CancellationToken);

        PixelReading reading = PixelReading.Of(
            _ml, _options.StoreMemoryLimit, _options.Threads, _options.PixelRange, found.Network.Range);
        using PixelStore store = PixelReader.Read(input, _input, reading, _options.CancellationToken);
        PretrainChecks.Images(store.Count, _options);
        int seed = RunSeed.Of(_ml, _options.Seed, nameof(SimClrPretrainEstimator));
        log.Info($"Pre-training on {store.Count} images of {store.Shape} for {epochs} epochs, seed {seed}, device {device}.");
        PretrainRun run = new(store, found.Network, epochs, _options, seed, device.ToTorch(), keeper);
        PretrainResult result = memory.Guard(() => run.Run(epoch => log.Info(string.Create(
            CultureInfo.InvariantCulture, $"Epoch {epoch.Epoch} of {epochs}: loss {epoch.Loss:F4}, {epoch.Seconds:F1} s."))));
        return result.Network.Export(
            _input, column.IsInterleaved, _output,
            export => new SimClrPretrainTransformer(_ml, export, result, _options.Threads));
    }
}
