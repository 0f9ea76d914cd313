using Google.Protobuf;
using Microsoft.ML;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Training.Engines;
using TorchSharp;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Onnx;

/// <summary>Class activation maps of an exported model, against the logits of libtorch.</summary>
[TestClass]
public sealed class ActivationMapsTests : IDisposable
{
    private const int Classes = 5;

    private static readonly ImageShape _shape = new(3, 16, 16);

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void TheMeanOfAMapAndTheBiasAreTheLogit()
    {
        using DerivedNetwork network = OnnxSamples.Network(StemKind.Cifar, _shape, classes: Classes);
        float[] pixels = OnnxSamples.Pixels(1, _shape);
        float[] logits = Logits(network, pixels);
        Assert.IsGreaterThan(0.1, logits.Max() - logits.Min(), "Equal logits would prove nothing.");
        using ActivationMaps maps = new(Saved(OnnxSamples.Export(network, "Features")));
        for (int label = 0; label < Classes; label++)
        {
            ActivationMap map = maps.Of(pixels, label);
            Assert.AreEqual((4, 4, 16), (map.Height, map.Width, map.Values.Length));
            Assert.AreEqual(logits[label], map.Values.Average() + maps.Bias[label], 1e-4, $"class {label}");
            Assert.IsGreaterThan(1e-3, map.Values.Max() - map.Values.Min(), "A map that is the same everywhere says nothing.");
        }
    }

    [TestMethod]
    public void InterleavedPixelsGiveTheSameMap()
    {
        using DerivedNetwork network = OnnxSamples.Network(StemKind.Cifar, _shape, classes: Classes);
        float[] planar = OnnxSamples.Pixels(1, _shape);
        float[] interleaved = [.. Enumerable.Range(0, planar.Length).Select(i => planar[(i % 3 * 256) + (i / 3)])];
        using ActivationMaps a = new(Saved(OnnxSamples.Export(network)));
        using ActivationMaps b = new(Saved(OnnxSamples.Export(network) with { IsInterleaved = true }));
        float[] expected = a.Of(planar, 2).Values, found = b.Of(interleaved, 2).Values;
        for (int i = 0; i < expected.Length; i++) Assert.AreEqual(expected[i], found[i], 1e-5);
    }

    [TestMethod]
    public void WhatIsNoClassifierOfThisLibraryIsRefused()
    {
        OnnxGraph graph = new("other");
        graph.Output(graph.Node("Relu", [graph.Input("x", 3)]), "y", 3);
        string other = Path.Combine(_folder.Root, "other.onnx");
        File.WriteAllBytes(other, graph.ToModel("test", "1").ToByteArray());
        Assert.Contains("GlobalAveragePool", Assert.ThrowsExactly<InvalidDataException>(() => new ActivationMaps(other)).Message);
        File.WriteAllBytes(other, [1, 2, 3]);
        Assert.ThrowsExactly<InvalidDataException>(() => new ActivationMaps(other));

        using DerivedNetwork network = OnnxSamples.Network(StemKind.Cifar, _shape, classes: Classes);
        using ActivationMaps maps = new(Saved(OnnxSamples.Export(network)));
        Assert.Contains("takes 768", Assert.ThrowsExactly<ArgumentException>(() => maps.Of(new float[3], 0)).Message);
    }

    private string Saved(OnnxExport export)
    {
        string path = Path.Combine(_folder.Root, $"{Guid.NewGuid():N}.onnx");
        using ConcomitantFineTuneTransformer tuned = OnnxSamples.FineTuned(new MLContext(seed: 1), export);
        tuned.ExportToOnnx(path);
        return path;
    }

    private static float[] Logits(DerivedNetwork network, float[] pixels)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(OnnxSamples.Normalised(pixels, _shape), [1, _shape.Channels, _shape.Height, _shape.Width]);
        Tensor features = network.Forward(new TorchExecution(Pass.Evaluation), x);
        return [.. network.Classifier!.Forward(features, null).contiguous().data<float>()];
    }
}
