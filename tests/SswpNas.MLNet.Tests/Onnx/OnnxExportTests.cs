using SswpNas.MLNet.Data;
using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.SearchSpace;

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
    [DataRow(StemKind.Cifar, 3, 16, DisplayName = "CIFAR stem, colour")]
    [DataRow(StemKind.Cifar, 1, 16, DisplayName = "CIFAR stem, grey")]
    [DataRow(StemKind.ImageNet, 3, 64, DisplayName = "ImageNet stem")]
    public void OnnxsOwnCheckerAcceptsTheFile(object stem, int channels, int side)
    {
        if (!OnnxChecker.IsThere) Assert.Inconclusive("Debian's python3-onnx is not installed: the full check was not made.");
        using DerivedNetwork network = OnnxSamples.Network((StemKind)stem, new ImageShape(channels, side, side));
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");
        try
        {
            OnnxFile.Write(path, OnnxSamples.Export(network, "Features").ToBytes());
            Assert.AreEqual((0, ""), OnnxChecker.Check(path));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
