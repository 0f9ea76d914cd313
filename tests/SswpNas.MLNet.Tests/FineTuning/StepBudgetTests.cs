using Microsoft.ML;
using SswpNas.MLNet.Tests.Estimators;

namespace SswpNas.MLNet.Tests.FineTuning;

/// <summary>Budgets in steps, the moving average and the re-estimated statistics of a plain fine-tuning.</summary>
[TestClass]
[DoNotParallelize]
public sealed class StepBudgetTests
{
    private readonly MLContext _ml = new(seed: 1);

    /// <summary>60 labels at batch 16 are 3 steps an epoch.</summary>
    [TestMethod]
    [DataRow(0, 2)]
    [DataRow(6, 2)]
    [DataRow(7, 3)]
    [DataRow(30, 10)]
    public void ThereAreAsManyEpochsAsTheStepsTake(int steps, int epochs)
    {
        using ConcomitantFineTuneTransformer model = Fit(Tiny.FineTune with { MinimumSteps = steps });

        Assert.HasCount(epochs, model.Trials.Single().Epochs);
    }

    [TestMethod]
    public void EpochsThatAreEnoughStayAsTheyAre()
    {
        using ConcomitantFineTuneTransformer without = Fit(Tiny.FineTune), with = Fit(Tiny.FineTune with { MinimumSteps = 6 });

        Scored.AreEqual(Scores(without), Scores(with), 0);
    }

    /// <summary>With a decay near 0 the average is the network itself; with one near 1 it lags behind.</summary>
    [TestMethod]
    public void TheAverageOfTheWeightsIsTaken()
    {
        using ConcomitantFineTuneTransformer none = Fit(Tiny.FineTune with { WeightAverage = 0 }), little = Fit(Tiny.FineTune with { WeightAverage = 1e-12 });
        using ConcomitantFineTuneTransformer much = Fit(Tiny.FineTune with { WeightAverage = 0.9 });

        Scored.AreEqual(Scores(none), Scores(little), 1e-6f);
        Assert.IsTrue(Scores(none).Zip(Scores(much)).Any(pair => pair.First.Score[0] != pair.Second.Score[0]));
    }

    /// <summary>
    /// All 60 images are one batch. By their own statistics the first batch norm gives values of mean 0 and variance 1, which
    /// running ones of two epochs do not.
    /// </summary>
    [TestMethod]
    public void StatisticsAreThoseOfTheImagesAsTheyAre()
    {
        FineTuneOptions options = Tiny.FineTune with { RecomputeStatistics = true, FeaturesColumnName = "Features" };
        using ConcomitantFineTuneTransformer with = Fit(options), again = Fit(options with { Threads = 3 });
        using ConcomitantFineTuneTransformer without = Fit(options with { RecomputeStatistics = false });

        Scored.AreEqual(Scores(with), Scores(again), 0);
        Assert.IsTrue(Scores(with).Zip(Scores(without)).Any(pair => pair.First.Score[0] != pair.Second.Score[0]));
    }

    [TestMethod]
    [DataRow(0, false)]
    [DataRow(0.9, false)]
    [DataRow(0, true)]
    public void NothingStaysAlive(double average, bool recompute)
    {
        _ = Tiny.Found;
        long before = LiveTensors.Settled();
        Fit(Tiny.FineTune with { WeightAverage = average, RecomputeStatistics = recompute, LearningRates = [0.1, 0.2] }).Dispose();
        Assert.AreEqual(before, TorchSharp.torch.Tensor.TotalCount);
    }

    private Scored[] Scores(ConcomitantFineTuneTransformer model) => Scored.Of(_ml, model.Transform(new Stripes().View(_ml)));

    private ConcomitantFineTuneTransformer Fit(FineTuneOptions options) =>
        _ml.SswpNas().FineTune(options: options, searchResult: Tiny.Found).Fit(new Stripes().View(_ml));
}
