using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Onnx.Proto;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Storage;

namespace SswpNas.MLNet.Tests.Onnx;

[TestClass]
public sealed class OnnxExportTests
{
    private static readonly ImageShape Colour = new(3, 16, 16);

    [TestMethod]
    public void OnnxRuntimeLoadsAWholeNetworkAndGivesProbabilities()
    {
        using DerivedNetwork network = OnnxSamples.Network(StemKind.Cifar, Colour);
        byte[] model = OnnxSamples.Export(network).ToBytes();
        float[] scores = OnnxSamples.Run(model, "Score", OnnxSamples.Pixels(7, Colour), 7, 3, 16, 16);
        Assert.HasCount(35, scores);
        foreach (float[] row in scores.Chunk(5)) Assert.AreEqual(1, row.Sum(), 1e-5);
    }

    [TestMethod]
    [TestCategory("Long")]
    [DataRow(StemKind.Cifar, 3, 16, DisplayName = "CIFAR stem, colour")]
    [DataRow(StemKind.Cifar, 1, 16, DisplayName = "CIFAR stem, grey")]
    [DataRow(StemKind.ImageNet, 3, 64, DisplayName = "ImageNet stem")]
    [DataRow(StemKind.Strided, 3, 48, DisplayName = "strided stem")]
    public void OnnxsOwnCheckerAcceptsTheFile(object stem, int channels, int side)
    {
        if (!OnnxChecker.IsThere) Assert.Inconclusive("Debian's python3-onnx is not installed: no full check was made.");
        using DerivedNetwork network = OnnxSamples.Network((StemKind)stem, new ImageShape(channels, side, side));
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");
        try
        {
            WholeFile.Write(path, OnnxSamples.Export(network, "Features").ToBytes());
            Assert.AreEqual((0, ""), OnnxChecker.Check(path));
            WholeFile.Write(path, OnnxSamples.Export(network, "Features").ToStockBytes("Index"));
            Assert.AreEqual((0, ""), OnnxChecker.Check(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void TheExportedFileSaysWhatItIs()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory();
        try
        {
            using DerivedNetwork network = OnnxSamples.Network(StemKind.Cifar, Colour);
            Dictionary<string, string> more = new() { ["options_hash"] = "c0ffee" };
            OnnxExport export = OnnxSamples.Export(network) with { Metadata = more };
            using ConcomitantFineTuneTransformer transformer = OnnxSamples.FineTuned(new MLContext(), export);
            string path = Path.Combine(folder.FullName, "model.onnx");
            File.WriteAllText(path, "an older file");
            transformer.ExportToOnnx(path);
            Assert.HasCount(1, folder.GetFileSystemInfos());
            using InferenceSession session = new(path);
            Dictionary<string, string> metadata = session.ModelMetadata.CustomMetadataMap;
            CollectionAssert.AreEqual(OnnxSamples.ClassNames(5), JsonSerializer.Deserialize<string[]>(metadata["labels"]));
            Assert.AreEqual(network.Genotype, Genotype.Parse(metadata["genotype"]));
            (float[] mean, float[] deviation) = export.Normalization;
            CollectionAssert.AreEqual(mean, JsonSerializer.Deserialize<float[]>(metadata["mean"]));
            CollectionAssert.AreEqual(deviation, JsonSerializer.Deserialize<float[]>(metadata["std"]));
            CollectionAssert.AreEqual(new[] { 0f, 255f }, JsonSerializer.Deserialize<float[]>(metadata["pixel_range"]));
            CollectionAssert.AreEqual(new[] { 3, 16, 16 }, JsonSerializer.Deserialize<int[]>(metadata["image_shape"]));
            Assert.AreEqual("c0ffee", metadata["options_hash"]);
            CollectionAssert.AreEqual(new[] { "Score" }, session.OutputMetadata.Keys.ToArray());
            CollectionAssert.AreEqual(new[] { -1, 3, 16, 16 }, session.InputMetadata["Pixels"].Dimensions);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestMethod]
    public void WeightsKeepTheirStateDictNames()
    {
        using DerivedNetwork network = OnnxSamples.Network(StemKind.Cifar, Colour);
        ModelProto model = ModelProto.Parser.ParseFrom(OnnxSamples.Export(network).ToBytes());
        Dictionary<string, TensorProto> initialisers = model.Graph.Initializer.ToDictionary(i => i.Name);
        foreach ((string name, TorchSharp.torch.Tensor tensor) in NamedTensors.All(network))
        {
            CollectionAssert.AreEqual(tensor.shape, initialisers[name].Dims.ToArray(), name);
            ReadOnlySpan<float> stored = MemoryMarshal.Cast<byte, float>(initialisers[name].RawData.Span);
            Assert.IsTrue(stored.SequenceEqual(tensor.data<float>().ToArray()), name);
        }

        Assert.IsTrue(model.Graph.Node.All(node => node.Domain.Length == 0), "Other programs read ai.onnx alone.");
    }

    [TestMethod]
    public void AnExportThatDoesNotFitItsNetworkIsRefused()
    {
        using DerivedNetwork network = OnnxSamples.Network(StemKind.Cifar, Colour);
        OnnxExport export = OnnxSamples.Export(network);
        AssertRefused(export with { ClassNames = ["one"] }, "5 classes, 1 class names");
        AssertRefused(export with { ClassNames = null }, "5 classes, 0 class names");
        AssertRefused(export with { Normalization = OnnxSamples.Normalization(1) }, "3 channels, the normalisation has 1");
        using DerivedNetwork encoder = OnnxSamples.Network(StemKind.Cifar, Colour, classes: 0);
        AssertRefused(OnnxSamples.Export(encoder), "a name for its features");
    }

    [TestMethod]
    public void NothingIsLeftWhereAFileCannotBeWritten()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory();
        try
        {
            string occupied = Directory.CreateDirectory(Path.Combine(folder.FullName, "model.onnx")).FullName;
            Assert.Throws<Exception>(() => WholeFile.Write(occupied, [1, 2, 3]));
            Assert.HasCount(1, folder.GetFileSystemInfos());
            string nowhere = Path.Combine(folder.FullName, "missing", "model.onnx");
            Assert.ThrowsExactly<DirectoryNotFoundException>(() => WholeFile.Write(nowhere, [1]));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void AssertRefused(OnnxExport export, string part)
    {
        ArgumentException refused = Assert.ThrowsExactly<ArgumentException>(export.ToBytes);
        Assert.Contains(part, refused.Message);
    }
}
