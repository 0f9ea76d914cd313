using Microsoft.ML.OnnxRuntime;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.Sampling;
using SswpNas.MLNet.SearchSpace;
using TorchSharp;
using static TorchSharp.torch;
using Tensors = Microsoft.ML.OnnxRuntime.Tensors;

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

    /// <summary>A network whose batch norms hold what a training could have left, so that no term hides behind 0 or 1.</summary>
    public static DerivedNetwork Network(StemKind stem, ImageShape image, int cells = 3, int channels = 8, int classes = 5)
    {
        RandomStream random = new(7, RandomPurpose.Weights);
        DerivedNetwork network = new(new MacroStructure(stem, channels, cells, image), AllOperations(cells), classes, ref random);
        Unsettle(network);
        return network;
    }

    /// <summary>Gives running statistics, scales and shifts random values.</summary>
    public static void Unsettle(Layer layer)
    {
        RandomStream random = new(11, RandomPurpose.Weights);
        using IDisposable _ = no_grad();
        foreach ((string name, Tensor tensor) in NamedTensors.All(layer))
        {
            if (tensor.shape.Length != 1 || name.StartsWith("classifier", StringComparison.Ordinal)) continue;
            (double low, double high) = name.EndsWith("mean", StringComparison.Ordinal) || name.EndsWith("bias", StringComparison.Ordinal)
                ? (-0.5, 0.5) : (0.5, 1.5);
            float[] values = new float[tensor.numel()];
            for (int i = 0; i < values.Length; i++) values[i] = (float)random.NextDouble(low, high);
            using Tensor source = torch.tensor(values);
            tensor.copy_(source);
        }
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

    public static string[] ClassNames(int classes) => [.. Enumerable.Range(0, classes).Select(i => $"class {(char)('E' - i)}")];

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
        NamedOnnxValue value = NamedOnnxValue.CreateFromTensor(input, new Tensors.DenseTensor<float>(values, shape));
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run([value], [output]);
        return [.. results[0].AsEnumerable<float>()];
    }
}
