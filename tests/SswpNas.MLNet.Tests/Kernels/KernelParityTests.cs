using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Training.Engines.Kernels;
using SswpNas.MLNet.Training.Engines;
using TorchSharp;
using static SswpNas.MLNet.Tests.EngineCalls;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Kernels;

/// <summary>Our kernels against libtorch: outputs, gradients of inputs and weights, gate gradients, statistics.</summary>
[TestClass]
public sealed class KernelParityTests
{
    private static readonly int[] Widths = [2, 4, 6, 8, 16, 20, 36];

    /// <summary>Widths and sides of the presets: Laptop's and the paper's, at 32, 64 and 224 pixels.</summary>
    private static readonly (int Channels, int Size)[] InUse =
        [(8, 32), (16, 16), (32, 8), (64, 4), (36, 32), (72, 16), (144, 8), (48, 28), (96, 14), (192, 14), (10, 6)];

    public static IEnumerable<object[]> Candidates() =>
        from kind in Enum.GetValues<CellOperation>()
        from stride in new[] { 1, 2 }
        from shape in Widths.Select(channels => (channels, 12)).Concat(InUse)
        select new object[] { kind, stride, shape.Item1, shape.Item2 };

    [TestMethod]
    [DynamicData(nameof(Candidates))]
    public void ACandidateGivesLibtorchsNumbers(CellOperation kind, int stride, int channels, int size)
    {
        RandomStream random = new(1, RandomPurpose.Weights, channels);
        using Candidate candidate = Candidate.Create(kind, channels, stride, affine: true, ref random);
        using ConvBn entry = new(channels, channels, null, affine: true, firstName: 1, ref random);
        CandidateBody body = new(candidate, entry);
        IReadOnlyList<Weight> weights = [.. NamedTensors.Weights(candidate), .. NamedTensors.Weights(entry)];
        AssertSameStep(body, new ImageShape(channels, size, size), 5, weights, candidate);
    }

    [TestMethod]
    [DataRow(16)]
    [DataRow(8)]
    [DataRow(4)]
    [DataRow(1)]
    public void EveryVectorWidthGivesTheSameNumbers(int widest)
    {
        int before = SimdWidth.Widest;
        SimdWidth.Widest = Math.Min(widest, before);
        try
        {
            foreach (CellOperation kind in Enum.GetValues<CellOperation>()) ACandidateGivesLibtorchsNumbers(kind, 2, 20, 12);
            foreach (CellOperation kind in Enum.GetValues<CellOperation>()) ACandidateGivesLibtorchsNumbers(kind, 1, 20, 12);
        }
        finally
        {
            SimdWidth.Widest = before;
        }
    }

    [TestMethod]
    [DataRow(StemKind.Cifar, 3, 8, 5, 16)]
    [DataRow(StemKind.Cifar, 1, 4, 3, 12)]
    [DataRow(StemKind.ImageNet, 3, 8, 3, 64)]
    [DataRow(StemKind.Strided, 3, 8, 3, 48)]
    public void ASupernetGivesLibtorchsNumbers(StemKind stem, int imageChannels, int channels, int cells, int size)
    {
        MacroStructure macro = new(stem, channels, cells, new ImageShape(imageChannels, size, size));
        RandomStream random = new(2, RandomPurpose.Weights);
        using Supernet supernet = new(macro, ref random);
        CellPath[] paths = [.. Enumerable.Range(0, cells).Select(_ => RandomPath(ref random, gates: false))];
        AssertSameStep(new PathBody(supernet, paths), macro.Image, 6, NamedTensors.Weights(supernet), supernet);
    }

    [TestMethod]
    public void GateGradientsAreLibtorchs()
    {
        MacroStructure macro = new(StemKind.Cifar, 4, 3, new ImageShape(3, 12, 12));
        RandomStream random = new(3, RandomPurpose.Weights);
        using Supernet supernet = new(macro, ref random);
        CellPath[] paths = [.. Enumerable.Range(0, 3).Select(_ => RandomPath(ref random, gates: true))];
        PathBody body = new(supernet, paths);
        List<double[]> gates = [];
        foreach (bool own in new[] { true, false })
        {
            using NetworkEngine engine = NetworkEngine.Create(CPU, 2, own);
            using ImageBatch batch = RandomBatch(6, macro.Image, 2);
            engine.Step(body, NamedTensors.Weights(supernet), new SumOfSquares(), batch, Pass.ArchitectureStep);
            gates.AddRange(paths.SelectMany(p => p.Edges).Select(e => e.Gates!.ToArray()));
        }

        int edges = gates.Count / 2;
        for (int e = 0; e < edges; e++)
        {
            Assert.AreEqual(2, gates[e].Count(g => g != 0), "An edge has two gates.");
            AssertClose(gates[e + edges].Select(v => (float)v).ToArray(), gates[e].Select(v => (float)v).ToArray(), 1e-3f, $"gates of edge {e}");
        }
    }

    [TestMethod]
    public void DropPathIsLibtorchs()
    {
        MacroStructure macro = new(StemKind.Cifar, 4, 3, new ImageShape(3, 12, 12));
        RandomStream random = new(4, RandomPurpose.Weights);
        Genotype genotype = RandomGenotype(ref random, 3);
        using DerivedNetwork network = new(macro, genotype, 0, ref random);
        AssertSameStep(
            new DerivedBody(network), macro.Image, 7, NamedTensors.Weights(network), network, () => new DropPath(0.4, 5, 6));
    }

    [TestMethod]
    public void EvaluationIsLibtorchs()
    {
        MacroStructure macro = new(StemKind.Cifar, 6, 3, new ImageShape(3, 12, 12));
        RandomStream random = new(4, RandomPurpose.Weights);
        using DerivedNetwork network = new(macro, RandomGenotype(ref random, 3), 0, ref random);
        List<float[]> features = [];
        foreach (bool own in new[] { true, false })
        {
            using NetworkEngine engine = NetworkEngine.Create(CPU, 2, own);
            using ImageBatch batch = RandomBatch(4, macro.Image, 2);
            features.Add(engine.Features(new DerivedBody(network), batch));
        }

        AssertClose(features[1], features[0], 1e-4f, "features");
    }

    [TestMethod]
    public void ResultsDoNotDependOnTheNumberOfThreads()
    {
        MacroStructure macro = new(StemKind.Cifar, 8, 3, new ImageShape(3, 12, 12));
        RandomStream random = new(3, RandomPurpose.Weights);
        using Supernet supernet = new(macro, ref random);
        CellPath[] paths = [.. Enumerable.Range(0, 3).Select(_ => RandomPath(ref random, gates: false))];
        List<float[]> gradients = [];
        foreach (int threads in new[] { 1, 2, 5 })
        {
            using NetworkEngine engine = NetworkEngine.Create(CPU, threads, managedKernels: true);
            using ImageBatch batch = RandomBatch(48, macro.Image, 2);
            engine.Step(new PathBody(supernet, paths), NamedTensors.Weights(supernet), new SumOfSquares(), batch, Pass.WeightStep);
            gradients.Add([.. NamedTensors.Weights(supernet).Where(w => w.HasGradient).SelectMany(w => w.Gradient!.data<float>())]);
        }

        CollectionAssert.AreEqual(gradients[0], gradients[1]);
        CollectionAssert.AreEqual(gradients[0], gradients[2]);
    }

    [TestMethod]
    public void AStepGivesItsMemoryBack()
    {
        MacroStructure macro = new(StemKind.Cifar, 4, 3, new ImageShape(3, 12, 12));
        RandomStream random = new(3, RandomPurpose.Weights);
        using Supernet supernet = new(macro, ref random);
        CellPath[] paths = [.. Enumerable.Range(0, 3).Select(_ => RandomPath(ref random, gates: true))];
        using KernelContext context = new(2);
        using ImageBatch batch = RandomBatch(6, macro.Image, 2);
        for (int i = 0; i < 3; i++)
        {
            RunOnce(context, supernet, paths, batch);
            Assert.AreEqual(0, context.Pool.InUse);
        }
    }

    private static unsafe void RunOnce(KernelContext context, Supernet supernet, CellPath[] paths, ImageBatch batch)
    {
        fixed (float* pixels = batch.Pixels)
        {
            KernelExecution run = new(context, Pass.ArchitectureStep with { WeightGradients = true });
            Activation x = KernelExecution.Images(pixels, 6, batch.Shape.Height, batch.Shape.Width, batch.Shape.Channels);
            Activation features = supernet.Forward(run, x, paths);
            run.Backward(features, new float[features.Count]);
            KernelExecution evaluation = new(context, Pass.Evaluation);
            evaluation.Free(supernet.Forward(evaluation, x, paths));
            KernelExecution abandoned = new(context, Pass.ArchitectureStep with { WeightGradients = true });
            supernet.Forward(abandoned, x, paths);
            abandoned.Abandon();
        }
    }

    private static void AssertSameStep(
        INetworkBody body, ImageShape shape, int images, IReadOnlyList<Weight> weights, Layer network,
        Func<DropPath>? dropPath = null)
    {
        List<double> losses = [];
        List<Dictionary<string, float[]>> results = [];
        Dictionary<string, float[]> before = NamedTensors.All(network).ToDictionary(t => t.Key, t => t.Value.data<float>().ToArray());
        foreach (bool own in new[] { true, false })
        {
            foreach ((string name, Tensor tensor) in NamedTensors.All(network))
            {
                using IDisposable noGrad = no_grad();
                using Tensor value = torch.tensor(before[name], tensor.shape);
                tensor.copy_(value);
            }

            using NetworkEngine engine = NetworkEngine.Create(CPU, 2, own);
            using ImageBatch batch = RandomBatch(images, shape, 2);
            losses.Add(engine.Step(body, weights, new SumOfSquares(), batch, Pass.WeightStep with { DropPath = dropPath?.Invoke() }));
            Dictionary<string, float[]> result = NamedTensors.All(network)
                .Where(t => t.Key.Contains("running")).ToDictionary(t => t.Key, t => t.Value.data<float>().ToArray());
            for (int i = 0; i < weights.Count; i++)
                result["gradient " + i] = weights[i].HasGradient ? weights[i].Gradient!.data<float>().ToArray() : [];
            results.Add(result);
        }

        Assert.AreEqual(losses[1], losses[0], 1e-4 * Math.Max(1, Math.Abs(losses[1])));
        foreach ((string name, float[] expected) in results[1])
        {
            Assert.HasCount(expected.Length, results[0][name], name);
            AssertClose(expected, results[0][name], 1e-3f, name);
        }
    }

    /// <summary>Relative to the largest number, and a little for sums that batch norm makes zero, of thousands of terms.</summary>
    /// <summary>
    /// Every number within the tolerance. Among 100,000 ReLU inputs one may lie so close to 0 that the two sides round it to
    /// different sides of it: one image's share of a row then differs. Such a difference is small in the whole.
    /// </summary>
    private static void AssertClose(float[] expected, float[] actual, float relative, string what)
    {
        float size = expected.Length == 0 ? 0 : expected.Max(Math.Abs), tolerance = (relative * size) + 5e-5f;
        int[] beyond = [.. Enumerable.Range(0, expected.Length).Where(i => !(Math.Abs(expected[i] - actual[i]) <= tolerance))];
        if (beyond.Length == 0) return;
        double difference = Math.Sqrt(expected.Zip(actual, (e, a) => Math.Pow(e - a, 2)).Sum());
        double length = Math.Sqrt(expected.Sum(e => Math.Pow(e, 2)));
        string where = $"{what}: {beyond.Length} of {expected.Length} numbers, number {beyond[0]} is {actual[beyond[0]]} for {expected[beyond[0]]}; "
            + $"the difference is {difference / length:G3} of the whole";
        Assert.IsLessThanOrEqualTo(expected.Length / 50, beyond.Length, where);
        Assert.IsLessThan(1e-2, difference / length, where);
    }

    private static CellPath RandomPath(ref RandomStream random, bool gates)
    {
        EdgePath[] edges = new EdgePath[CellTopology.Edges];
        for (int e = 0; e < edges.Length; e++)
        {
            int active = random.NextInt(7), other = (active + 1 + random.NextInt(6)) % 7;
            edges[e] = gates ? new EdgePath(active, [other], new double[7]) : EdgePath.Only(active);
        }

        return new CellPath(edges);
    }

    private static Genotype RandomGenotype(ref RandomStream random, int cells)
    {
        List<CellGenotype> all = [];
        for (int i = 0; i < cells; i++)
        {
            float[][] alphas = new float[CellTopology.Edges][];
            for (int e = 0; e < alphas.Length; e++)
            {
                alphas[e] = new float[7];
                for (int k = 0; k < 7; k++) alphas[e][k] = (float)random.NextDouble();
            }

            all.Add(GenotypeDerivation.Derive(alphas, restrict: true));
        }

        return new Genotype(all);
    }
}
