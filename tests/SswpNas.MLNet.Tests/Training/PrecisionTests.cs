using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Tensors;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Estimators;
using SswpNas.MLNet.Tests.Objectives;
using SswpNas.MLNet.Training.Engines;
using SswpNas.MLNet.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Training;

/// <summary>Training in bfloat16, by libtorch on the CPU.</summary>
[TestClass]
public sealed class PrecisionTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow(SearchObjective.SimClr, GateMode.Two)]
    [DataRow(SearchObjective.Supervised, GateMode.Full)]
    [DataRow(SearchObjective.Byol, GateMode.Two)]
    public void StepsAreCloseToThoseOf32BitsAndNotTheSame(SearchObjective objective, GateMode gates)
    {
        using ObjectiveSteps wide = new(objective, gates, false, new TorchEngine(CPU, 1));
        using ObjectiveSteps narrow = new(objective, gates, false, new TorchEngine(CPU, 1) { Precision = Precision.BFloat16 });

        double expected = wide.Gradients(0, out _), actual = narrow.Gradients(0, out _);

        Assert.AreEqual(expected, actual, 0.05 * Math.Abs(expected));
        Assert.AreNotEqual(expected, actual);
        (Tensor a, Tensor b) = (All(wide), All(narrow));
        using (a)
        using (b)
        {
            Assert.AreEqual(ScalarType.Float32, b.dtype);
            double alike = nn.functional.cosine_similarity(a, b, 0).item<float>();
            Assert.IsGreaterThan(0.95, alike, "the gradients' direction");
        }

        Assert.IsTrue(NamedTensors.All(narrow.Supernet).Values.All(t => t.dtype == ScalarType.Float32));
        narrow.ArchitectureStep(1, out CellPath[] gated);
        wide.ArchitectureStep(1, out CellPath[] reference);
        double[] found = Gates(gated), wanted = Gates(reference);
        double norm = Math.Sqrt(wanted.Sum(g => g * g)), apart = Math.Sqrt(found.Zip(wanted, (x, y) => (x - y) * (x - y)).Sum());
        Assert.IsLessThan(0.35 * norm, apart, "gate gradients");
        Assert.IsGreaterThan(0, apart);
    }

    [TestMethod]
    public void ASearchAndAFineTuningTrain()
    {
        IDataView data = new Stripes().View(_ml);
        SearchOptions search = Tiny.Search with { UseManagedKernels = false, Precision = Precision.BFloat16, LearningRate = 1e-3 };
        using SswpNasSearchTransformer found = _ml.SswpNas().Search(options: search).Fit(data);
        using SswpNasSearchTransformer wide =
            _ml.SswpNas().Search(options: search with { Precision = Precision.Float32 }).Fit(data);
        FineTuneOptions fineTune = Tiny.Thorough with { UseManagedKernels = false, Precision = Precision.BFloat16, DropPath = 0.1, AuxiliaryWeight = 0.4 };
        using ConcomitantFineTuneTransformer tuned = _ml.SswpNas().FineTune(options: fineTune, searchResult: found.Result).Fit(data);

        Assert.AreEqual(wide.Result.History[0].Loss, found.Result.History[0].Loss, 0.02);
        Assert.AreNotEqual(wide.Result.History[0].Loss, found.Result.History[0].Loss);
        Assert.AreEqual("BFloat16", found.Result.Settings.Options["Precision"]);
        IReadOnlyList<FineTuneEpoch> epochs = tuned.Trials[0].Epochs;
        Assert.IsLessThan(0.7 * epochs[0].Loss, epochs[^1].Loss, "the loss has to fall");
        MulticlassClassificationMetrics metrics = _ml.MulticlassClassification.Evaluate(tuned.Transform(data));
        Assert.IsGreaterThan(0.8, metrics.MicroAccuracy);
    }

    [TestMethod]
    [DoNotParallelize]
    public void NoTensorIsLeftBehind()
    {
        using ObjectiveSteps steps = new(
            SearchObjective.Byol, GateMode.Two, false, new TorchEngine(CPU, 1, asynchronous: true) { Precision = Precision.BFloat16 });
        Run(2);
        long before = LiveTensors.Settled();

        Run(6);

        Assert.AreEqual(before, Tensor.TotalCount);

        void Run(int count)
        {
            for (int i = 0; i < count; i++)
            {
                steps.LaunchWeightStep(i % 2).Dispose();
                steps.LaunchArchitectureStep(i % 2, out _).Dispose();
            }
        }
    }

    [TestMethod]
    public void OwnKernelsRefuseItBeforeAnyWork()
    {
        CountedView data = new(new Stripes().View(_ml));
        SearchOptions search = Tiny.Search with { Precision = Precision.BFloat16 };

        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(
            () => _ml.SswpNas().Search(options: search).Fit(data));
        StringAssert.Contains(error.Message, "UseManagedKernels = false");
        StringAssert.Contains(error.Message, "Precision = Float32");
        Assert.ThrowsExactly<InvalidOperationException>(() => _ml.SswpNas()
            .FineTune(options: Tiny.FineTune with { Precision = Precision.BFloat16 }, searchResult: Tiny.Found).Fit(data));
        Assert.ThrowsExactly<InvalidOperationException>(() => _ml.SswpNas()
            .Pretrain(Tiny.Found, PretrainOptions.From(search)).Fit(data));
        Assert.ThrowsExactly<InvalidOperationException>(() => _ml.SswpNas().Train(
            Tiny.Found, options: TrainOptions.Cifar10 with { Device = "cpu", Precision = Precision.BFloat16 }).Fit(data));
        Assert.AreEqual(0, data.Rows);
    }

    [TestMethod]
    [DataRow(6, false)]
    [DataRow(7, false)]
    [DataRow(8, true)]
    [DataRow(9, true)]
    [DataRow(null, true)]
    public void AGpuWithoutItIsRefused(int? major, bool works)
    {
        TorchDevice gpu = new(DeviceType.CUDA, 1, null);
        void Require() => EngineCheck.Require(gpu, true, Precision.BFloat16, _ => major);
        EngineCheck.Require(gpu, true, Precision.Float32, _ => major);
        if (works)
        {
            Require();
            return;
        }

        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(Require);
        StringAssert.Contains(error.Message, "cuda:1");
        StringAssert.Contains(error.Message, $"{major}.x");
    }

    [TestMethod]
    public void AnUnknownOneIsNamed()
    {
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(
            () => _ml.SswpNas().Search(options: Tiny.Search with { Precision = (Precision)9 }));
        StringAssert.Contains(error.Message, "Precision is 9; one of Float32, BFloat16");
    }

    private static Tensor All(ObjectiveSteps steps)
    {
        using DisposeScope scope = NewDisposeScope();
        return cat([.. steps.Optimizer.Weights.Where(w => w.HasGradient).Select(w => w.Gradient!.flatten())])
            .MoveToOuterDisposeScope();
    }

    private static double[] Gates(CellPath[] paths) => [.. paths.SelectMany(p => p.Edges).SelectMany(e => e.Gates!)];
}
