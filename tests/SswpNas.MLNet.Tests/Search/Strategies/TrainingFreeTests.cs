using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Search.Strategies;
using SswpNas.MLNet.SearchSpace;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Search.Strategies;

/// <summary>Scores without training, and the evolution by them.</summary>
[TestClass]
public sealed class TrainingFreeTests
{
    [TestMethod]
    public void UnitsThatAreActiveOnTheSameImagesCountOnce()
    {
        // Three images of four units: active on {0, 2}, {0, 2}, none, {1}; 0 itself is not active.
        using Tensor layer = tensor(new float[] { 1, 2, -1, 0, -1, 0, -2, 3, 5, 0.1f, 0, -1 }, [3, 4, 1, 1]);
        using Tensor another = tensor(new float[] { 7, 1, -1, 1, 9, 1 }, [3, 2, 1, 1]);
        ActivationPatterns patterns = new();
        Assert.AreEqual(0, patterns.Distinct());
        patterns.Add(layer);
        Assert.AreEqual(3, patterns.Distinct());
        patterns.Add(another); // {0, 2} again, and all
        Assert.AreEqual(4, patterns.Distinct());
    }

    [TestMethod]
    public void TheSixtyFourthImageHasItsBit()
    {
        float[] values = new float[128];
        values[127] = 1; // of the last image, the second unit
        using Tensor layer = tensor(values, [64, 2, 1, 1]);
        ActivationPatterns patterns = new();
        patterns.Add(layer);
        Assert.AreEqual(2, patterns.Distinct());
    }

    [TestMethod]
    public void MoreConvolutionsShowMorePatternsThanSkipsAndPools()
    {
        RandomStream random = new(1, RandomPurpose.Weights);
        using Supernet supernet = new(new MacroStructure(StemKind.Cifar, 4, 3, new ImageShape(3, 8, 8)), ref random);
        using Tensor images = randn([16, 3, 8, 8], generator: new Generator(1));
        SwapScore score = new(supernet, images);
        const string rich = "sep_conv_3x3:0 sep_conv_3x3:1 sep_conv_3x3:0 sep_conv_3x3:1 sep_conv_3x3:0 sep_conv_3x3:1 sep_conv_3x3:0 sep_conv_3x3:1";
        Genotype convolutions = Genotype.Parse($"{rich}\n{rich}\n{rich}");
        Genotype poor = Genotype.Parse(convolutions.ToString().Replace("sep_conv_3x3", "skip_connect", StringComparison.Ordinal));

        Assert.IsGreaterThan(1.5 * score.Of(poor), score.Of(convolutions));
        Assert.AreEqual(score.Of(convolutions), score.Of(convolutions));
    }

    [TestMethod]
    public void EvolutionFindsBetterOnesThanDrawingAndTheSameOnesOnAnyNumberOfThreads()
    {
        TrainingFreeOptions options = new() { Architectures = 400, Population = 30 };
        List<ScoredGenotype> one = Evolve(options, 1), four = Evolve(options, 4);

        CollectionAssert.AreEqual(one, four);
        Assert.HasCount(400, one);
        Assert.IsGreaterThan(one.Take(30).Max(Of) + 4, one.Max(Of));

        static double Of(ScoredGenotype scored) => scored.Score;
    }

    [TestMethod]
    public void EvolutionStopsWhenItIsCancelled()
    {
        using CancellationTokenSource source = new();
        int done = 0;
        GenotypeEvolution evolution = new(new TrainingFreeOptions(), new RandomGenotypes(true), 3, 1);
        Assert.ThrowsExactly<OperationCanceledException>(() => evolution.Run(
            _ => 1, 2, count => { if ((done = count) >= 64) source.Cancel(); }, source.Token));
        Assert.AreEqual(64, done);
    }

    // Of a synthetic score: separable convolutions with a window of 3.
    private static List<ScoredGenotype> Evolve(TrainingFreeOptions options, int threads) =>
        new GenotypeEvolution(options, new RandomGenotypes(true), cells: 4, seed: 1).Run(
            genotype => genotype.Cells.Sum(cell => cell.Edges.Count(edge => edge.Operation == CellOperation.SepConv3x3)), threads, _ => { }, default);
}
