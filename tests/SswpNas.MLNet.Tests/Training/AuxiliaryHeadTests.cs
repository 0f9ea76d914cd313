using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Training.Engines;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SswpNas.MLNet.Tests.Training;

[TestClass]
public sealed class AuxiliaryHeadTests
{
    private const int Classes = 3;

    /// <summary>DARTS: 5 x 5 windows, stride 3 on 8 x 8 and stride 2 on 7 x 7.</summary>
    [TestMethod]
    [DataRow(8, 5, 3)]
    [DataRow(7, 5, 2)]
    [DataRow(2, 1, 1)]
    [DataRow(3, 2, 1)]
    [DataRow(16, 9, 7)]
    public void WindowsReachFromCornerToCorner(int size, int side, int stride)
    {
        CornerWindows windows = CornerWindows.Of(size);
        Assert.AreEqual((side, stride), (windows.Side, windows.Stride));
        Assert.AreEqual(size, windows.Start(3).Top + windows.Side);
    }

    /// <summary>By hand: 128 C + 2 x 128 + 768 x 128 x 4 [+ 2 x 768] + 768 x classes + classes, C the tapped channels.</summary>
    [TestMethod]
    [DataRow(StemKind.Cifar, 36, 20, 10, 128 * 576 + 256 + 393216 + 1536 + 7690)]
    [DataRow(StemKind.ImageNet, 48, 14, 1000, 128 * 768 + 256 + 393216 + 769000)]
    public void ParametersAreThoseOfDarts(StemKind stem, int channels, int cells, int classes, int expected)
    {
        RandomStream random = new(1, RandomPurpose.Weights);
        using AuxiliaryTower tower = new(new MacroStructure(stem, channels, cells, new ImageShape(3, 64, 64)), classes, ref random);
        Assert.AreEqual(expected, NamedTensors.CountParameters(tower));
    }

    /// <summary>The head written out as in DARTS, on the output of the second reduction cell.</summary>
    [TestMethod]
    [DataRow(StemKind.Cifar, 32)]
    [DataRow(StemKind.ImageNet, 224)]
    public void ItIsDartssHead(StemKind stem, int size)
    {
        MacroStructure macro = new(stem, 2, 3, new ImageShape(3, size, size));
        RandomStream random = new(1, RandomPurpose.Weights);
        using AuxiliaryTower tower = new(macro, Classes, ref random);
        using IDisposable scope = NewDisposeScope();
        int side = size >> macro.Halvings;
        Tensor map = rand(4, macro.AuxiliaryChannels, side, side, generator: new Generator(1)) - 0.5;
        Tensor[] w = [.. NamedTensors.Weights(tower).Select(v => v.Value)];

        Tensor x = avg_pool2d(relu(map), 5, stem == StemKind.Cifar ? 3 : 2, 0, count_include_pad: false);
        x = relu(batch_norm(conv2d(x, w[0]), null, null, w[1], w[2], training: true));
        x = conv2d(x, w[3]);
        if (stem == StemKind.Cifar) x = batch_norm(x, null, null, w[4], w[5], training: true);
        Tensor expected = linear(relu(x).reshape(4, -1), w[^2], w[^1]);

        Tensor actual = tower.Forward(new TorchExecution(Pass.Evaluation).CornerPool(map), gradients: null);
        Assert.IsTrue(allclose(expected, actual, 1e-5, 1e-5), $"largest difference {(expected - actual).abs().max().item<float>()}");
    }

    [TestMethod]
    [DataRow(StemKind.Cifar, 12)]
    [DataRow(StemKind.ImageNet, 64)]
    public void KernelsAndLibtorchFindTheSameGradients(StemKind stem, int size)
    {
        MacroStructure macro = new(stem, 4, 5, new ImageShape(3, size, size));
        RandomStream random = new(2, RandomPurpose.Weights);
        using DerivedNetwork network = new(macro, KnownGenotypes.DARTS_V2(5), Classes, ref random);
        using AuxiliaryTower tower = new(macro, Classes, ref random);
        List<(double Loss, float[][] Gradients)> found = [];
        foreach (bool own in new[] { true, false })
        {
            using NetworkEngine engine = NetworkEngine.Create(CPU, 2, own);
            ClassifierHead main = new(network.Classifier!, 0);
            AuxiliaryClassifierHead head = new(main, tower, 0.4, macro.Features);
            Weight[] body = [.. NamedTensors.Weights(network).Except(main.Weights)];
            using ImageBatch batch = EngineCalls.RandomBatch(6, macro.Image, 2);
            double loss = engine.Step(
                new AuxiliaryBody(network), body, head, batch with { Labels = [0, 1, 2, 1, 0, 2] }, Pass.WeightStep);
            Assert.IsTrue(head.Weights.All(w => w.HasGradient));
            found.Add((loss, [.. body.Concat(head.Weights).Select(w => w.Gradient!.data<float>().ToArray())]));
        }

        Assert.AreEqual(found[1].Loss, found[0].Loss, 1e-4);
        for (int i = 0; i < found[0].Gradients.Length; i++)
        {
            float[] expected = found[1].Gradients[i], actual = found[0].Gradients[i];
            float slack = (5e-3f * expected.Max(Math.Abs)) + 2e-5f;
            for (int k = 0; k < expected.Length; k++) Assert.AreEqual(expected[k], actual[k], slack, $"weight {i}, number {k}");
        }
    }

    [TestMethod]
    public void ItCountsByItsWeight()
    {
        MacroStructure macro = new(StemKind.Cifar, 4, 3, new ImageShape(3, 8, 8));
        RandomStream random = new(2, RandomPurpose.Weights);
        using DerivedNetwork network = new(macro, KnownGenotypes.DARTS_V1(3), Classes, ref random);
        using AuxiliaryTower tower = new(macro, Classes, ref random);
        using NetworkEngine engine = NetworkEngine.Create(CPU, 1, managedKernels: true);
        ClassifierHead main = new(network.Classifier!, 0);
        using ImageBatch batch = EngineCalls.RandomBatch(4, macro.Image, 2);
        double Loss(double weight)
        {
            return engine.Step(
                new AuxiliaryBody(network), NamedTensors.Weights(network), new AuxiliaryClassifierHead(main, tower, weight, macro.Features),
                batch with { Labels = [0, 1, 2, 1] }, Pass.WeightStep);
        }

        double none = Loss(0), half = Loss(0.5), whole = Loss(1);
        Assert.IsGreaterThan(none + 0.1, half);
        Assert.AreEqual(whole - none, 2 * (half - none), 1e-4);
    }
}
