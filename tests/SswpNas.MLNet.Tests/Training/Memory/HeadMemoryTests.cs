using Microsoft.ML;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Estimators;
using SswpNas.MLNet.Training.Memory;

namespace SswpNas.MLNet.Tests.Training.Memory;

/// <summary>What grows with an option is in the estimate of a step's memory.</summary>
[TestClass]
[DoNotParallelize]
public sealed class HeadMemoryTests
{
    private const long Limit = 200 << 20;

    private static readonly ImageShape _image = new(3, 8, 8);

    private static SearchOptions Byol => Tiny.Search with { Objective = SearchObjective.Byol };

    [TestMethod]
    [TestCategory("Cases")]
    public void AHeadThatIsLargerThanTheLimitIsRefusedBeforeTheFirstImageIsRead()
    {
        SearchOptions[] all =
        [
            Tiny.Search with { ProjectionSize = 2_000_000 },
            Byol with { ProjectionSize = 2_000_000 },
            Byol with { Byol = new ByolOptions { PredictorSize = 2_000_000 } },
            Byol with { ProjectionSize = ProjectionHead.MostOutputs, Byol = new ByolOptions { PredictorSize = ProjectionHead.MostOutputs } },
        ];
        foreach (SearchOptions options in all)
        {
            AssertRefused((ml, data) => ml.SswpNas().Search(options: options with { MemoryLimit = Limit }).Fit(data));
            PretrainOptions pretrain = PretrainOptions.From(options) with { MemoryLimit = Limit, ProjectionSize = 2_000_000 };
            AssertRefused((ml, data) => ml.SswpNas().Pretrain(options: pretrain, searchResult: Tiny.Found).Fit(data));
        }

        Assert.ThrowsExactly<ArgumentException>(
            () => new MLContext(seed: 1).SswpNas().Search(options: Tiny.Search with { ProjectionSize = 100_000_000 }));
    }

    [TestMethod]
    [TestCategory("Cases")]
    public void MoreThanATensorHoldsIsRefusedWhateverTheMemory() => AssertRefused((ml, data) => ml.SswpNas().Search(
        options: Byol with { ProjectionSize = ProjectionHead.MostOutputs, MemoryLimit = long.MaxValue }).Fit(data));

    /// <summary>The estimate's numbers against those of the layers that are made.</summary>
    [TestMethod]
    [TestCategory("Cases")]
    public void TheWeightsOfAHeadAreCountedAsTheyAre()
    {
        RandomStream random = new(1, RandomPurpose.Weights);
        int features = Tiny.Search.Macro(_image).Features;
        using ProjectionHead projection = new(features, ref random, 3000);
        using ByolHead byol = new(features, 300, false, 700, ref random);
        using AuxiliaryTower tower = new(Tiny.Search.Macro(_image), 2, ref random);

        AssertNumbers(projection, Tiny.Search with { ProjectionSize = 3000 }, teacher: 0);
        AssertNumbers(
            byol, Byol with { ProjectionSize = 300, Byol = new ByolOptions { PredictorSize = 700 } },
            NamedTensors.CountParameters(byol.Projector));
        double counted = AuxiliaryTower.Layers(Tiny.Search.Macro(_image)).Sum(layer => (double)layer.Inputs * layer.Outputs);
        Assert.IsInRange(0.97, 1, counted / NamedTensors.CountParameters(tower));
    }

    [TestMethod]
    [TestCategory("Cases")]
    public void MoreOfAnyOptionThatGrowsIsAHigherEstimate()
    {
        SearchOptions s = Byol with { Optimizer = OptimizerKind.Sgd };
        SearchOptions[] larger =
        [
            s with { BatchSize = 2 * s.BatchSize }, s with { ProjectionSize = 2 * s.ProjectionSize },
            s with { Byol = s.Byol with { PredictorSize = 2 * s.Byol.PredictorSize } }, s with { InitialChannels = 2 * s.InitialChannels },
            s with { Cells = s.Cells + 1 }, s with { Optimizer = OptimizerKind.Adam }, s with { Gates = GateMode.Full },
            s with { UseManagedKernels = false }, s with { Checkpoints = new CheckpointOptions { Folder = "x" } },
        ];
        foreach (SearchOptions more in larger) Assert.IsGreaterThan(s.MemoryOfStep(_image).Bytes, more.MemoryOfStep(_image).Bytes, $"{more}");
        Assert.IsGreaterThan(
            (s with { Objective = SearchObjective.SimClr }).MemoryOfStep(_image).Bytes, s.MemoryOfStep(_image).Bytes, "a teacher, a predictor");
        FineTuneOptions plain = Tiny.FineTune;
        Assert.IsGreaterThan(Of(plain), Of(plain with { AuxiliaryWeight = 0.4 }));
        Assert.IsGreaterThan(Of(plain), Of(plain with { BatchSize = 2 * plain.BatchSize }));

        static long Of(FineTuneOptions options) => options.MemoryOfStep(Tiny.Found.Network.Macro, Tiny.Found.Network.Genotype).Bytes;
    }

    /// <summary>
    /// What a process comes to hold more where a head is larger, against what the estimate says of it. The head's outputs are
    /// larger than 32 MiB: smaller blocks come from heaps that keep what is freed, as much of it as chance has it.
    /// </summary>
    [TestMethod]
    [TestCategory("Cases")]
    [TestCategory("Long")]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow(SearchObjective.SimClr, OptimizerKind.Sgd)]
    [DataRow(SearchObjective.SimClr, OptimizerKind.Adam)]
    [DataRow(SearchObjective.Byol, OptimizerKind.Sgd)]
    public void ALargerHeadTakesWhatWasEstimated(SearchObjective objective, OptimizerKind optimizer)
    {
        (long small, long smallTook) = Measured(16);
        (long large, long largeTook) = Measured(400_000);
        Console.WriteLine($"estimated {(large - small) >> 20} MiB more, took {(largeTook - smallTook) >> 20} MiB more");
        Assert.IsInRange(0.4, 1, (largeTook - smallTook) / (double)(large - small));

        (long Estimated, long Took) Measured(int projection) => new MeasuredRun(
            Side: 8, BatchSize: 16, InitialChannels: 4, Cells: 3, objective, optimizer, projection, PredictorSize: 16, GateMode.Two,
            UseManagedKernels: true).Measure();
    }

    private static void AssertRefused(Func<MLContext, IDataView, ITransformer> fit)
    {
        MLContext ml = new(seed: 1);
        CountedView data = new(new Stripes().View(ml));
        InsufficientMemoryException error = Assert.ThrowsExactly<InsufficientMemoryException>(() => fit(ml, data));
        StringAssert.Contains(error.Message, "Lower ProjectionSize");
        Assert.AreEqual(0, data.Rows);
    }

    private static void AssertNumbers(Layer head, SearchOptions options, long teacher)
    {
        int copies = StepMemory.CopiesFor(options.Optimizer);
        double counted = options.MemoryOfStep(_image).Heads(options.Macro(_image)).Sum(layer => layer.Numbers * layer.Copies);
        Assert.AreEqual((copies * NamedTensors.CountParameters(head)) + teacher, counted);
    }
}
