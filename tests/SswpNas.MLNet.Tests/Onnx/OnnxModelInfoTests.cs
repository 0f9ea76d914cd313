using SswpNas.MLNet.Data;
using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet.Tests.Onnx;

[TestClass]
public sealed class OnnxModelInfoTests
{
    [TestMethod]
    [DataRow(2, "2 classes (class 0, class 1), ")]
    [DataRow(7, "7 classes (class 0, class 1, class 2, class 3, class 4 and 2 more), ")]
    public void ItReadsAsALine(int classes, string begins)
    {
        using DerivedNetwork network = OnnxSamples.Network(StemKind.Cifar, new ImageShape(3, 16, 16), classes: classes);
        string[] names = [.. Enumerable.Range(0, classes).Select(n => $"class {n}")];
        OnnxModelInfo info = OnnxModelInfo.Of((OnnxSamples.Export(network) with { ClassNames = names }).ToBytes(), "model.onnx");
        Assert.AreEqual(begins + "images of 16 x 16 pixels with 3 channels, black is 0 and white 255, 3 cells", info.ToString());
        Assert.AreEqual(0.0, info.RejectBelow);
    }

    [TestMethod]
    [DataRow("0.75", 0.75)]
    [DataRow("-1", null)]
    [DataRow("NaN", null)]
    [DataRow("0,75", null)]
    public void TheBoundIsReadAndADamagedOneRefused(string written, double? expected)
    {
        using DerivedNetwork network = OnnxSamples.Network(StemKind.Cifar, new ImageShape(3, 16, 16), classes: 2);
        byte[] model = (OnnxSamples.Export(network) with
        {
            ClassNames = ["a", "b"],
            Metadata = new Dictionary<string, string> { [OnnxModelInfo.RejectBelowKey] = written },
        }).ToBytes();

        if (expected is double bound)
        {
            Assert.AreEqual(bound, OnnxModelInfo.Of(model, "model.onnx").RejectBelow);
            return;
        }

        InvalidDataException refused = Assert.ThrowsExactly<InvalidDataException>(() => OnnxModelInfo.Of(model, "model.onnx"));
        Assert.Contains(OnnxModelInfo.RejectBelowKey, refused.Message);
    }
}
