using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.Pretraining;
using SswpNas.MLNet.Search;

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
        MLContext ml, string outputColumnName, string inputColumnName, PretrainOptions options, SearchResult? searchResult)
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
    /// <exception cref="ArgumentException">The pixel column is missing or not a vector of <see cref="float"/>.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        PixelColumn.Check(inputSchema, _input);
        return EstimatorSchema.WithFeatures(_ml, inputSchema, _output);
    }

    /// <summary>Reads all images and trains the architecture's weights from scratch.</summary>
    /// <param name="input">Data with the pixel column, of the search's size and channels. Labels are not used.</param>
    /// <returns>The transformer from pixels to features.</returns>
    /// <exception cref="ArgumentException">
    /// The pixel column cannot be used, or the images differ from those of the search in size, channels or units.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// There are fewer images than a batch, or as <see cref="LongRunOptions"/> says.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// No search result was given or found in the chain, or as <see cref="LongRunOptions"/> says.
    /// </exception>
    /// <exception cref="IOException">See <see cref="LongRunOptions"/>.</exception>
    /// <exception cref="InsufficientMemoryException">See <see cref="LongRunOptions"/>.</exception>
    /// <exception cref="OperationCanceledException">See <see cref="LongRunOptions"/>.</exception>
    public SimClrPretrainTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        SearchResult search = ChainResults.Search(input.Schema, _searchResult, "Pretrain");
        FoundNetwork found = search.Network;
        PixelColumn column = PixelColumn.Of(input.Schema, _input);
        found.CheckImage(column.Shape);
        int epochs = PretrainChecks.Epochs(_options, search);
        using RunSession session = new(
            _ml, nameof(SimClrPretrainEstimator), "Pre-train", _options, _options.MemoryOfStep(found), found.Range);
        LabelledPixels data = session.Read(input, new ImageColumns(_input));
        PretrainChecks.Images(data.Pixels.Count, _options);
        session.Log.Info($"Pre-training on {data.Pixels.Count} images of {data.Pixels.Shape} for {epochs} epochs, {session}.");
        PretrainResult result = session.Guard(() => PretrainRun.Run(
            session, data, found, session.OnRank(_options), epochs, epoch => session.Log.Info(string.Create(
                CultureInfo.InvariantCulture, $"Epoch {epoch.Epoch} of {epochs}: loss {epoch.Loss:F4}, {epoch.Seconds:F1} s."))));
        return ResultRescue.Keep(result, _ml, () => result.Network.Export(
            _input, column.IsInterleaved, _output,
            export => new SimClrPretrainTransformer(_ml, export, result, _options.Threads)));
    }
}
