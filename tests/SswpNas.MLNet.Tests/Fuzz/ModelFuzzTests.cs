using Microsoft.ML;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.Onnx.Models;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Tests.Onnx;

namespace SswpNas.MLNet.Tests.Fuzz;

[TestClass]
[DoNotParallelize]
[TestCategory("Fuzz")]
public sealed class ModelFuzzTests
{
    [TestMethod]
    public void AnOnnxModelIsReadOrRefused()
    {
        using DerivedNetwork network = OnnxSamples.Network(StemKind.Cifar, new ImageShape(3, 8, 8), channels: 2);
        byte[] model = OnnxSamples.Export(network).ToBytes();
        Fuzzing.Run(
            "ONNX metadata", ProtoEdits.Of(model), bytes => OnnxModelInfo.Of(bytes, "model.onnx"), [typeof(InvalidDataException)]);
    }

    /// <summary>Our check alone: what ML.NET makes of the parts is its own.</summary>
    [TestMethod]
    public void AModelArchiveIsPassedOrRefused()
    {
        byte[] zip = Saved();
        ModelFileOptions options = new() { MaxUnpackedBytes = 1 << 20 };
        Fuzzing.Run("model.zip", ZipEdits.Of(zip), bytes => ModelArchive.Check(bytes, "model.zip", options), [typeof(InvalidDataException)]);
    }

    private static byte[] Saved()
    {
        MLContext ml = new(seed: 1);
        using DerivedNetwork network = OnnxSamples.Network(StemKind.Cifar, new ImageShape(3, 8, 8), channels: 2);
        OnnxExport export = OnnxSamples.Export(network);
        using ConcomitantFineTuneTransformer transformer = OnnxSamples.FineTuned(ml, export);
        using MemoryStream stream = new();
        ml.Model.Save(transformer, null, stream);
        return stream.ToArray();
    }
}
