using Google.Protobuf;
using static SswpNas.MLNet.Onnx.OnnxGraph;

namespace SswpNas.MLNet.Onnx;

/// <summary>
/// A trained network as an ONNX model. It takes a batch of images as the pixel column has them, planar [N, channels,
/// height, width] or interleaved, in the column's own units: the normalisation is the graph's first part.
/// </summary>
/// <param name="Network">The network; one without a classifier gives features only.</param>
/// <param name="Range">What black and white are in the pixel column.</param>
/// <param name="Normalization">Mean and standard deviation of each channel that the network was trained with.</param>
internal sealed record OnnxExport(DerivedNetwork Network, PixelRange Range, PixelNormalization Normalization)
{
    /// <summary>The input's name: the pixel column.</summary>
    public string Input { get; init; } = "Pixels";

    /// <summary>Whether the pixel column is [height, width, channels]: then the input is [N, height, width, channels].</summary>
    public bool IsInterleaved { get; init; }

    /// <summary>The dimensions of one image as the pixel column has them.</summary>
    public int[] InputShape =>
        IsInterleaved ? [Image.Height, Image.Width, Image.Channels] : [Image.Channels, Image.Height, Image.Width];

    private ImageShape Image => Network.Macro.Image;

    /// <summary>The classes in label order; null for a network without a classifier.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>What the logits are divided by.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>When a class is named; null where one always is.</summary>
    public ClassAcceptance? Acceptance { get; init; }

    /// <summary>The name of the probabilities, [N, classes].</summary>
    public string Score { get; init; } = "Score";

    /// <summary>The name of the features before the classifier, [N, features]; null leaves them out.</summary>
    public string? Features { get; init; }

    /// <summary>More entries for the metadata.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The file that other programs read: operators of <c>ai.onnx</c> only.</summary>
    public byte[] ToBytes() => Build(index: null);

    /// <summary>
    /// The copy inside a model.zip: it gives the class's index too, [N, 1], and has a node by which ML.NET names the
    /// slots of the score.
    /// </summary>
    public byte[] ToStockBytes(string index) => Build(index);

    /// <summary>Both, and what is to be known of them.</summary>
    public ExportedModel ToModel()
    {
        byte[] file = ToBytes();
        return new ExportedModel(file, ClassNames is null ? file : ToStockBytes(StockChain.Index))
        {
            Input = Input,
            InputShape = InputShape,
            IsInterleaved = IsInterleaved,
            ClassNames = ClassNames is null ? null : [.. ClassNames],
            Score = Score,
            Features = Features,
            FeatureCount = Network.Macro.Features,
            Parameters = NamedTensors.CountParameters(Network),
        };
    }

    private byte[] Build(string? index)
    {
        Check();
        OnnxGraph graph = new("sswp-nas");
        OnnxExecution run = new(graph, Network);
        string pixels = graph.Input(Input, InputShape);
        if (IsInterleaved) pixels = graph.Node("Transpose", [pixels], Attribute("perm", 0L, 3L, 1L, 2L));
        string features = Network.Forward(run, Normalise(graph, pixels));
        if (Features is not null) graph.Output(features, Features, Network.Macro.Features);
        if (Network.Classifier is LinearLayer classifier) Classify(graph, features, run.Linear(features, classifier), index);
        Describe(graph);
        return graph.ToModel("SswpNas.MLNet", LibraryVersion.Text).ToByteArray();
    }

    private void Check()
    {
        int channels = Network.Macro.Image.Channels;
        if (Normalization.Mean.Length != channels || Normalization.StandardDeviation.Length != channels)
        {
            throw new ArgumentException(
                $"The network takes {channels} channels, the normalisation has {Normalization.Mean.Length} means and " +
                $"{Normalization.StandardDeviation.Length} standard deviations: one of each a channel was expected.");
        }

        long classes = Network.Classifier?.Matrix.Value.shape[0] ?? 0;
        if (classes != (ClassNames?.Count ?? 0))
        {
            throw new ArgumentException(
                $"The network has {classes} classes, {ClassNames?.Count ?? 0} class names came: one each was expected.");
        }

        if (classes == 0 && Features is null)
            throw new ArgumentException("A network without a classifier needs a name for its features: none came.");
    }

    // ((v - black) / (white - black) - mean) / deviation, as one product and one sum.
    private string Normalise(OnnxGraph graph, string pixels)
    {
        double span = (double)Range.White - Range.Black;
        IEnumerable<(float Mean, float Deviation)> channels = Normalization.Mean.Zip(Normalization.StandardDeviation);
        long[] shape = [1, Normalization.Mean.Length, 1, 1];
        string scale = graph.Floats(
            "normalisation.scale", shape, () => [.. channels.Select(c => (float)(1 / (span * c.Deviation)))]);
        double black = Range.Black / span;
        string shift = graph.Floats(
            "normalisation.shift", shape, () => [.. channels.Select(c => (float)((-black - c.Mean) / c.Deviation))]);
        return graph.Node("Add", [graph.Node("Mul", [pixels, scale]), shift]);
    }

    private void Classify(OnnxGraph graph, string features, string logits, string? index)
    {
        string scaled = graph.Node(
            "Mul", [logits, graph.Floats(ExportedModel.InverseTemperature, [], () => [(float)(1 / Temperature)])]);
        string probabilities = graph.Node("Softmax", [scaled], Attribute("axis", 1));
        graph.Output(probabilities, Score, ClassNames!.Count);
        if (index is null) return;
        string highest = graph.Node("ArgMax", [logits], Attribute("axis", 1), Attribute("keepdims", 1));
        graph.OutputIndex(Acceptance?.Apply(graph, probabilities, features, highest) ?? highest, index, 1);
        NameSlots(graph);
    }

    // ML.NET takes a column's slot names from the attribute of a node with this name; the node's output is not used.
    private void NameSlots(OnnxGraph graph)
    {
        string names = graph.Node("Constant", [], Attribute("value_strings", ClassNames!));
        long[] numbers = [.. Enumerable.Range(0, ClassNames!.Count)];
        graph.Node(
            ("LabelEncoder", MlDomain), $"mlnet.{Score}.SlotNames", [names],
            Attribute("keys_strings", ClassNames), Attribute("values_int64s", numbers));
    }

    private void Describe(OnnxGraph graph)
    {
        if (ClassNames is not null) graph.Metadata("labels", JsonSerializer.Serialize(ClassNames));
        graph.Metadata("genotype", Network.Genotype.ToString());
        graph.Metadata("mean", JsonSerializer.Serialize(Normalization.Mean));
        graph.Metadata("std", JsonSerializer.Serialize(Normalization.StandardDeviation));
        graph.Metadata("pixel_range", JsonSerializer.Serialize(new[] { Range.Black, Range.White }));
        (int channels, int height, int width) = Network.Macro.Image;
        graph.Metadata("image_shape", JsonSerializer.Serialize(new[] { channels, height, width }));
        if (ClassNames is not null) graph.Metadata(ExportedModel.TemperatureKey, Temperature.ToString("R", CultureInfo.InvariantCulture));
        if (Acceptance is not null) graph.Metadata(OnnxModelInfo.RejectBelowKey, Acceptance.LeastProbability.ToString("R", CultureInfo.InvariantCulture));
        graph.Metadata("sswpnas_version", LibraryVersion.Text);
        foreach ((string key, string value) in Metadata) graph.Metadata(key, value);
    }
}
