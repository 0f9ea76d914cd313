using Google.Protobuf;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Training.Engines;
using TorchSharp;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Onnx;

/// <summary>What ONNX Runtime computes from an export against what libtorch computes from the network itself.</summary>
[TestClass]
public sealed class OnnxParityTests
{
    private const double Tolerance = 1e-4;
    private static readonly int[] Batches = [1, 7, 64];

    public TestContext TestContext { get; set; } = null!;

    public static IEnumerable<object[]> OperationsAtBothStrides =>
        from operation in Enum.GetValues<CellOperation>()
        from stride in new[] { 1, 2 }
        from affine in new[] { false, true }
        select new object[] { operation, stride, affine };

    [TestMethod]
    [DynamicData(nameof(OperationsAtBothStrides))]
    public void AnOperationGivesTheSame(CellOperation operation, int stride, bool affine)
    {
        const int channels = 6;
        ImageShape shape = new(channels, 8, 8);
        RandomStream random = new(3, RandomPurpose.Weights);
        using Candidate candidate = Candidate.Create(operation, channels, stride, affine, ref random);
        OnnxSamples.Unsettle(candidate);
        OnnxGraph graph = new("operation");
        string output = new OnnxExecution(graph, candidate).Run(graph.Input("x", channels, 8, 8), candidate.Stages);
        graph.Output(output, "y", channels, 8 / stride, 8 / stride);
        byte[] model = graph.ToModel("test", "1").ToByteArray();
        foreach (int batch in Batches)
        {
            float[] values = [.. OnnxSamples.Pixels(batch, shape).Select(v => (v - 128) / 64)];
            float[] onnx = OnnxSamples.Run(model, "y", values, batch, channels, 8, 8);
            AssertClose(ByTorch(values, batch, shape, (run, x) => run.Run(x, candidate.Stages)), onnx, batch);
        }
    }

    [TestMethod]
    [DataRow(StemKind.Cifar, 3, 16, DisplayName = "CIFAR stem, colour")]
    [DataRow(StemKind.Cifar, 1, 16, DisplayName = "CIFAR stem, grey")]
    [DataRow(StemKind.ImageNet, 3, 64, DisplayName = "ImageNet stem")]
    [DataRow(StemKind.Strided, 3, 48, DisplayName = "strided stem")]
    public void AWholeNetworkGivesTheSameScoresAndFeatures(object stem, int channels, int side)
    {
        ImageShape shape = new(channels, side, side);
        using DerivedNetwork network = OnnxSamples.Network((StemKind)stem, shape, cells: 6);
        byte[] model = OnnxSamples.Export(network, "Features").ToBytes();
        foreach (int batch in Batches)
        {
            float[] pixels = OnnxSamples.Pixels(batch, shape);
            float[] normalised = OnnxSamples.Normalised(pixels, shape);
            float[] features = ByTorch(normalised, batch, shape, network.Forward);
            float[] scores = ByTorch(
                normalised, batch, shape, (run, x) => network.Classifier!.Forward(network.Forward(run, x), null).softmax(1));
            Assert.IsGreaterThan(0.02, scores.Max() - scores.Min(), "Equal scores would prove nothing.");
            AssertClose(scores, OnnxSamples.Run(model, "Score", pixels, batch, channels, side, side), batch);
            AssertClose(features, OnnxSamples.Run(model, "Features", pixels, batch, channels, side, side), batch);
        }
    }

    private static float[] ByTorch(
        float[] values, int batch, ImageShape shape, Func<TorchExecution, Tensor, Tensor> forward)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(values, [batch, shape.Channels, shape.Height, shape.Width]);
        return [.. forward(new TorchExecution(Pass.Evaluation), x).contiguous().data<float>()];
    }

    private void AssertClose(float[] expected, float[] actual, int batch)
    {
        Assert.HasCount(expected.Length, actual);
        double difference = expected.Zip(actual, (a, b) => Math.Abs((double)a - b)).Max();
        TestContext.WriteLine($"batch {batch}: largest difference {difference:G3}, largest value {expected.Max():G3}");
        Assert.IsLessThan(Tolerance, difference);
    }
}
