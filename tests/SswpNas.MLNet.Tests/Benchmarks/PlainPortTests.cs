using SswpNas.MLNet.Benchmarks.Port;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Search;
using SswpNas.MLNet.SearchSpace;
using TorchSharp;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Benchmarks;

/// <summary>
/// The plain port, by which the benchmarks divide, trains what the product trains: with the same weights, paths and
/// views the losses, alphas and weights agree step after step, both optimisers included.
/// </summary>
[TestClass]
public sealed class PlainPortTests
{
    private const int Batch = 4;
    private const double Rate = 0.02;

    // Large steps, so that an optimiser that did something else would show.
    private static readonly SearchOptions _options = SearchOptions.Paper with
    {
        InitialChannels = 4,
        Cells = 4,
        BatchSize = Batch,
        ArchitectureLearningRate = 0.05,
        WeightDecay = 0.1,
        GradientClip = 1,
        Temperature = 0.2,
    };

    [TestMethod]
    public void ThePortTrainsAsTheProductDoes() => Compare(computesBoth: true, "wwawwa");

    [TestMethod]
    public void ThePortTrainsAsTheProductDoesWithActiveOperationsAlone() => Compare(computesBoth: false, "wwww");

    [TestMethod]
    public void ThePortSamplesLikeTheProductInTheMean()
    {
        using MixedEdge edge = new(channels: 2, stride: 1);
        using (no_grad())
        {
            using Tensor alpha = tensor([1f, 0, 0, 0, 0, 0, -1f]);
            edge.Alpha.copy_(alpha);
        }

        const int draws = 4000;
        int[] port = new int[Operations.Count], product = new int[Operations.Count];
        RandomStream first = new(1, RandomPurpose.Paths), second = new(2, RandomPurpose.Paths);
        for (int i = 0; i < draws; i++)
        {
            edge.Sample(ref first, skipDropout: 0);
            Assert.AreNotEqual(edge.Active, edge.Inactive);
            port[edge.Active]++;
            product[TwoPathGate.Sample(edge.Alphas(), ref second).Active]++;
        }

        for (int k = 0; k < port.Length; k++)
            Assert.AreEqual((double)product[k] / draws, (double)port[k] / draws, 0.04);
    }

    /// <summary>Weight steps (w) and architecture steps (a).</summary>
    private static void Compare(bool computesBoth, string steps)
    {
        int threads = get_num_threads();
        set_num_threads(1);
        using ProductSteps product = new(_options, Batch, Rate);
        using PortSearch port = new(_options, CPU);
        Copy(product.Tensors, port.Network.state_dict());
        foreach (MixedEdge edge in port.Network.Edges) edge.ComputesBoth = computesBoth;
        for (int step = 0; step < steps.Length; step++)
        {
            bool isWeightStep = steps[step] == 'w';
            double expected = product.Step(step, isWeightStep, out CellPath[] paths);
            Choose(port.Network.Edges, paths);
            using Tensor images = product.Images();
            double actual = isWeightStep ? port.WeightStep(images, Rate) : port.ArchitectureStep(images);
            Assert.AreEqual(expected, actual, 1e-3 * expected, $"step {step}");
            if (!isWeightStep) AlphasAreEqual(product.Alphas, port.Network.Edges);
        }

        WeightsAreEqual(product.Tensors, port.Network.state_dict());
        set_num_threads(threads);
    }

    private static void Choose(IReadOnlyList<MixedEdge> edges, CellPath[] paths)
    {
        for (int i = 0; i < edges.Count; i++)
        {
            EdgePath path = paths[i / CellTopology.Edges].Edges[i % CellTopology.Edges];
            int inactive = path.Others.Count > 0 ? path.Others[0] : (path.Active + 1) % CellOperations.Count;
            edges[i].Choose(path.Active, inactive);
        }
    }

    private static void Copy(OrderedDictionary<string, Tensor> from, Dictionary<string, Tensor> to)
    {
        using IDisposable noGrad = no_grad();
        foreach ((string name, Tensor value) in from) to[name].copy_(value);
        IEnumerable<string> missing = to.Keys.Except(from.Keys).Where(n =>
            !n.EndsWith("alpha", StringComparison.Ordinal) && !n.EndsWith("binary_gates", StringComparison.Ordinal)
            && !n.EndsWith("num_batches_tracked", StringComparison.Ordinal));
        Assert.AreEqual("", string.Join(' ', missing), "the port has other tensors than the product");
    }

    private static void AlphasAreEqual(float[][][] product, IReadOnlyList<MixedEdge> port)
    {
        float[] expected = [.. product.SelectMany(cell => cell).SelectMany(edge => edge)];
        float[] actual = [.. port.SelectMany(edge => edge.Alphas())];
        Assert.IsTrue(expected.Any(a => Math.Abs(a) > 0.02), "no alpha moved");
        // The sign of a gate gradient near 0, which is the direction of Adam's first step, is a matter of rounding.
        int apart = expected.Zip(actual).Count(pair => Math.Abs(pair.First - pair.Second) > 1e-4);
        Assert.IsLessThanOrEqualTo(expected.Length / 100, apart);
    }

    private static void WeightsAreEqual(OrderedDictionary<string, Tensor> product, Dictionary<string, Tensor> port)
    {
        foreach ((string name, Tensor expected) in product)
        {
            if (name.Contains("running", StringComparison.Ordinal)) continue;
            using DisposeScope scope = NewDisposeScope();
            double apart = (expected - port[name]).abs().max().item<float>();
            Assert.IsLessThan(1e-4, apart, name);
        }
    }
}
