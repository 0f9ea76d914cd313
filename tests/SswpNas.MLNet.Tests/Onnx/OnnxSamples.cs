using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.FineTuning;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Storage;
using TorchSharp;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Onnx;

/// <summary>Networks and images for the tests of the export.</summary>
internal static class OnnxSamples
{
    public static PixelRange Bytes { get; } = new(0, 255);

    /// <summary>A genotype in which every operation occurs, and no two cells are equal.</summary>
    public static Genotype AllOperations(int cells)
    {
        return new Genotype(Enumerable.Range(0, cells).Select(cell => new CellGenotype(
            Enumerable.Range(0, 8).Select(e => new GenotypeEdge(
                (CellOperation)((e + (3 * cell)) % CellOperations.Count), ((e / 2) + (e % 2) + cell) % ((e / 2) + 2))))));
    }

    /// <summary>A network whose batch norms hold what a training may leave: no term hides behind 0 or 1.</summary>
    public static DerivedNetwork Network(StemKind stem, ImageShape image, int cells = 3, int channels = 8, int classes = 5)
    {
        RandomStream random = new(7, RandomPurpose.Weights);
        MacroStructure macro = new(stem, channels, cells, image);
        DerivedNetwork network = new(macro, AllOperations(cells), classes, ref random);
        Unsettle(network);
        return network;
    }

    /// <summary>Gives every weight and statistic a random value, whatever the library starts them with.</summary>
    public static void Unsettle(Layer layer, int seed = 11)
    {
        RandomStream random = new(seed, RandomPurpose.Weights);
        using IDisposable _ = no_grad();
        foreach ((string name, Tensor tensor) in NamedTensors.All(layer))
        {
            (double low, double high) = Range(name, tensor.shape);
            float[] values = new float[tensor.numel()];
            for (int i = 0; i < values.Length; i++) values[i] = (float)random.NextDouble(low, high);
            using Tensor source = torch.tensor(values, tensor.shape);
            tensor.copy_(source);
        }
    }

    private static (double Low, double High) Range(string name, long[] shape)
    {
        if (shape.Length == 1)
        {
            bool isSum = name.EndsWith("mean", StringComparison.Ordinal) || name.EndsWith("bias", StringComparison.Ordinal);
            return isSum ? (-0.5, 0.5) : (0.5, 1.5);
        }

        double bound = Math.Sqrt(3.0 / shape.Skip(1).Aggregate((a, b) => a * b));
        return (-bound, bound);
    }

    /// <summary>Adds to the logits of the classes.</summary>
    public static void Favour(DerivedNetwork network, params float[] logits)
    {
        using IDisposable _ = no_grad();
        using Tensor source = torch.tensor(logits);
        network.Classifier!.Bias.Value.add_(source);
    }

    public static PixelNormalization Normalization(int channels) =>
        new([.. new[] { 0.49f, 0.45f, 0.41f }.Take(channels)], [.. new[] { 0.25f, 0.21f, 0.3f }.Take(channels)]);

    /// <summary>Names whose alphabetical order is not the labels'.</summary>
    public static string[] ClassNames(int classes) =>
        [.. Enumerable.Range(0, classes).Select(i => $"class {(char)('E' - i)}")];

    public static OnnxExport Export(DerivedNetwork network, string? features = null) =>
        new(network, Bytes, Normalization(network.Macro.Image.Channels))
        {
            ClassNames = network.Classifier is null ? null : ClassNames((int)network.Classifier.Matrix.Value.shape[0]),
            Features = features,
        };

    /// <summary>Pixels 0..255 of a batch; some images are darker than others.</summary>
    public static float[] Pixels(int batch, ImageShape image, int seed = 1)
    {
        RandomStream random = new(seed, RandomPurpose.Views);
        float[] pixels = new float[batch * image.Size];
        int brightest = 0;
        for (int i = 0; i < pixels.Length; i++)
        {
            if (i % image.Size == 0) brightest = 1 + random.NextInt(255);
            pixels[i] = random.NextInt(brightest + 1);
        }

        return pixels;
    }

    /// <summary>A transformer as if a fine-tuning had left the network.</summary>
    public static ConcomitantFineTuneTransformer FineTuned(MLContext ml, OnnxExport export) =>
        new(ml, export, FineTuneOptions.Laptop, new FineTuneOutcome(export.Network, new TrainingChoice(0.1, UnlabelledImages.Ignore), null, []), Start(export.Network));

    private static FineTuneStart Start(DerivedNetwork network)
    {
        SearchResult found = Found(network);
        return new FineTuneStart(found.Network, found, null);
    }

    /// <summary>A search result without weights or history.</summary>
    public static SearchResult Found(DerivedNetwork network)
    {
        SearchSettings settings = new(0, new Dictionary<string, string>(), 0, 0, "0.1.0");
        PixelNormalization normalization = Normalization(network.Macro.Image.Channels);
        Dictionary<string, TensorValue> weights = [];
        return new SearchResult(new FoundNetwork(network.Macro, network.Genotype, Bytes, normalization, weights, settings), [], []);
    }

    /// <summary>What a training would have made of the pixels: (v / 255 - mean) / deviation.</summary>
    public static float[] Normalised(float[] pixels, ImageShape image)
    {
        PixelNormalization normalization = Normalization(image.Channels);
        int plane = image.Height * image.Width;
        return [.. pixels.Select((v, i) => (i / plane % image.Channels) switch
        {
            int c => ((v / 255) - normalization.Mean[c]) / normalization.StandardDeviation[c],
        })];
    }

    /// <summary>One output of a model for one input, by ONNX Runtime itself.</summary>
    public static float[] Run(byte[] model, string output, float[] values, params int[] shape)
    {
        OnnxTelemetry.SwitchOff();
        using InferenceSession session = new(model);
        string input = session.InputMetadata.Keys.Single();
        NamedOnnxValue value = NamedOnnxValue.CreateFromTensor(input, new Microsoft.ML.OnnxRuntime.Tensors.DenseTensor<float>(values, shape));
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run([value], [output]);
        return [.. results[0].AsEnumerable<float>()];
    }
}
