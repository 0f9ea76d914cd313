using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Search;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Tests.Onnx;
using SswpNas.MLNet.Training.Engines;
using SswpNas.MLNet.Training.Memory;
using TorchSharp;

namespace SswpNas.MLNet.Tests.Training.Memory;

/// <summary>The estimate against what the kernels' pool comes to hold.</summary>
[TestClass]
public sealed class StepMemoryTests
{
    [TestMethod]
    [DataRow(8, 3, 16, 32)]
    [DataRow(4, 6, 8, 16)]
    [DataRow(16, 8, 4, 16)]
    public void ASupernetsStepTakesWhatWasEstimated(int channels, int cells, int rows, int side)
    {
        MacroStructure macro = new(StemKind.Cifar, channels, cells, new ImageShape(3, side, side));
        RandomStream random = new(1, RandomPurpose.Weights);
        using Supernet supernet = new(macro, ref random);
        StepMemory step = new() { Macro = macro, BatchSize = rows, GatesPerEdge = 1 };

        AssertClose(step, rows, Enumerable.Range(0, 12).Select(i => (INetworkBody)new PathBody(supernet, Paths(cells, i))), NamedTensors.Weights(supernet));
    }

    [TestMethod]
    [DataRow(StemKind.Cifar, 8, 3, 16, 32)]
    [DataRow(StemKind.Cifar, 8, 20, 4, 16)]
    [DataRow(StemKind.ImageNet, 8, 4, 4, 64)]
    [DataRow(StemKind.Strided, 8, 4, 4, 64)]
    public void ADerivedNetworksStepTakesWhatWasEstimated(StemKind stem, int channels, int cells, int rows, int side)
    {
        MacroStructure macro = new(stem, channels, cells, new ImageShape(3, side, side));
        RandomStream random = new(1, RandomPurpose.Weights);
        Genotype genotype = OnnxSamples.AllOperations(cells);
        using DerivedNetwork network = new(macro, genotype, 0, ref random);
        StepMemory step = new() { Macro = macro, BatchSize = rows, Genotype = genotype };

        AssertClose(step, rows, [new DerivedBody(network)], NamedTensors.Weights(network));
    }

    [TestMethod]
    public void TheWeightsAreCounted()
    {
        foreach (int cells in (int[])[3, 8])
        {
            MacroStructure macro = new(StemKind.Cifar, 16, cells, new ImageShape(3, 32, 32));
            RandomStream random = new(1, RandomPurpose.Weights);
            using Supernet supernet = new(macro, ref random);
            long exact = 3 * sizeof(float) * NamedTensors.CountParameters(supernet);
            double share = new StepMemory { Macro = macro, BatchSize = 2 }.WeightBytes / (double)exact;
            Assert.IsInRange(0.9, 1.1, share);
        }
    }

    [TestMethod]
    public void MoreOfAnythingTakesMore()
    {
        MacroStructure macro = new(StemKind.Cifar, 8, 6, new ImageShape(3, 32, 32));
        StepMemory step = new() { Macro = macro, BatchSize = 16, Views = 2 };
        StepMemory[] larger =
        [
            step with { BatchSize = 17 }, step with { Macro = macro with { InitialChannels = 10 } }, step with { GatesPerEdge = 1 },
            step with { Macro = macro with { Cells = 7 } }, step with { Macro = macro with { Image = new ImageShape(3, 36, 36) } },
            step with { CopiesOfWeights = 4 }, step with { ManagedKernels = false },
        ];
        foreach (StepMemory more in larger) Assert.IsGreaterThan(step.Bytes, more.Bytes);
    }

    private static void AssertClose(StepMemory step, int rows, IEnumerable<INetworkBody> bodies, IReadOnlyList<Weight> weights)
    {
        using KernelEngine engine = new(threads: 1, long.MaxValue);
        int number = 0;
        foreach (INetworkBody body in bodies)
        {
            using ImageBatch batch = EngineCalls.RandomBatch(rows, step.Macro.Image, 1, number++);
            engine.Step(body, weights, new SumHead(), batch, Pass.ArchitectureStep with { WeightGradients = true });
        }

        double share = step.ActivationBytes / (double)engine.PoolBytes;
        Console.WriteLine($"estimated {step.ActivationBytes >> 10} KiB, held {engine.PoolBytes >> 10} KiB: {share:F2}");
        Assert.IsInRange(0.85, 1.3, share);
    }

    private static CellPath[] Paths(int cells, int step)
    {
        RandomStream random = new(1, RandomPurpose.Paths, step);
        CellPath[] paths = new CellPath[cells];
        for (int cell = 0; cell < cells; cell++)
        {
            EdgePath[] edges = new EdgePath[CellTopology.Edges];
            for (int e = 0; e < edges.Length; e++)
            {
                (int active, int other) = TwoPathGate.Sample(new float[CellOperations.Count], ref random);
                edges[e] = new EdgePath(active, [other], new double[CellOperations.Count]);
            }

            paths[cell] = new CellPath(edges);
        }

        return paths;
    }

    private sealed class SumHead : ILossHead
    {
        public IReadOnlyList<Weight> Weights => [];

        public torch.Tensor Loss(torch.Tensor features, ImageBatch batch, WeightGradients? gradients) => features.square().sum();
    }
}
