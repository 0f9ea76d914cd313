using System.Reflection;
using Microsoft.ML.OnnxRuntime;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Tests.Data;

namespace SswpNas.MLNet.Tests.Onnx;

/// <summary>A temporary file whose random name ends in .ort is no reason to lose a fitted model.</summary>
[TestClass]
public sealed class ModelLoadingTests
{
    [TestMethod]
    public void AFileThatIsTakenForOrtIsLoadedUnderAnotherName()
    {
        using TestFolder folder = new();
        using DerivedNetwork network = OnnxSamples.Network(StemKind.Cifar, new ImageShape(3, 8, 8));
        byte[] bytes = OnnxSamples.Export(network).ToBytes();
        int times = 0;
        using InferenceSession session = ModelLoading.Load(() =>
        {
            string file = Path.Combine(folder.Root, times++ == 0 ? "0xqk3zbd.ort" : "0xqk3zbd.onx");
            File.WriteAllBytes(file, bytes);
            return Wrapped(file);
        });
        Assert.AreEqual(2, times);
        Assert.HasCount(1, session.InputMetadata);
    }

    [TestMethod]
    public void AFileThatIsNoModelIsNotTriedAgain()
    {
        using TestFolder folder = new();
        int times = 0;
        Assert.ThrowsExactly<TargetInvocationException>(() => ModelLoading.Load(() =>
        {
            times++;
            string file = Path.Combine(folder.Root, "model.onnx");
            File.WriteAllText(file, "no model");
            return Wrapped(file);
        }));
        Assert.AreEqual(1, times);
    }

    // As ML.NET throws what a step's constructor throws.
    private static InferenceSession Wrapped(string file)
    {
        try
        {
            return new InferenceSession(file);
        }
        catch (OnnxRuntimeException e)
        {
            throw new TargetInvocationException(e);
        }
    }
}
