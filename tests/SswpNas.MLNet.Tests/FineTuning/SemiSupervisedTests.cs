using Microsoft.ML;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Checkpoints;
using SswpNas.MLNet.Tests.Estimators;

namespace SswpNas.MLNet.Tests.FineTuning;

/// <summary>Images without a label take part in a fine-tuning.</summary>
[TestClass]
public sealed class SemiSupervisedTests : IDisposable
{
    private readonly TestFolder _root = new();
    private readonly MLContext _ml = new(seed: 1);

    private static FineTuneOptions PseudoLabels => Tiny.FineTune with
    {
        LearningRates = [0.1],
        WeightAverage = 0.9,
        RecomputeStatistics = true,
        Unlabelled = UnlabelledImages.PseudoLabels,
        SemiSupervised = new SemiSupervisedOptions
        {
            Steps = 40,
            BatchSize = 8,
            LearningRate = 0.1,
            ComparesWithPlain = false,
            Views = new ViewOptions { MinimumCropArea = 0.8, JitterProbability = 0, GrayscaleProbability = 0, BlurProbability = 0 },
        },
    };

    /// <summary>The stripes; one in five keeps its label.</summary>
    private IDataView Data => _ml.SswpNas().MaskLabels(new Stripes { Count = 150 }.View(_ml), "Label", 0.2, 1);

    public void Dispose() => _root.Dispose();

    [TestMethod]
    [DataRow(PseudoLabelMethod.SoftMatch, false)]
    [DataRow(PseudoLabelMethod.FreeMatch, true)]
    public void TheNetworkLearnsTheClasses(PseudoLabelMethod method, bool hard)
    {
        FineTuneOptions options = PseudoLabels with
        {
            SemiSupervised = PseudoLabels.SemiSupervised with { Method = method, HardLabels = hard, Steps = 120 },
        };

        using ConcomitantFineTuneTransformer model = Fit(options);

        IDataView others = new Stripes { Count = 90, Seed = 2 }.View(_ml);
        Assert.IsGreaterThan(0.9, _ml.MulticlassClassification.Evaluate(model.Transform(others)).MicroAccuracy);
        FineTuneTrial only = model.Trials.Single();
        Assert.AreEqual((UnlabelledImages.PseudoLabels, 30, 120), (only.Unlabelled, only.TrainingImages, only.Epochs.Count));
    }

    /// <summary>The unlabelled images are what differs, and they make a difference.</summary>
    [TestMethod]
    public void ImagesWithoutALabelCount()
    {
        using ConcomitantFineTuneTransformer all = Fit(PseudoLabels);
        using ConcomitantFineTuneTransformer none = Fit(PseudoLabels with { Unlabelled = UnlabelledImages.Ignore, MinimumSteps = 40 });

        CollectionAssert.AreNotEqual(Tiny.Onnx(all), Tiny.Onnx(none));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void TheNumberOfThreadsChangesNothing(bool managedKernels)
    {
        FineTuneOptions options = PseudoLabels with { UseManagedKernels = managedKernels };
        using ConcomitantFineTuneTransformer one = Fit(options);
        using ConcomitantFineTuneTransformer three = Fit(options with { Threads = managedKernels ? 3 : 1 });

        CollectionAssert.AreEqual(Tiny.Onnx(one), Tiny.Onnx(three));
    }

    [TestMethod]
    public void BothEnginesBeginAlike()
    {
        FineTuneOptions options = PseudoLabels with { SemiSupervised = PseudoLabels.SemiSupervised with { Steps = 6, WarmUpFraction = 0, RampFraction = 0 } };
        using ConcomitantFineTuneTransformer ours = Fit(options);
        using ConcomitantFineTuneTransformer libtorch = Fit(options with { UseManagedKernels = false });

        double[] expected = [.. libtorch.Trials[0].Epochs.Select(e => e.Loss)], actual = [.. ours.Trials[0].Epochs.Select(e => e.Loss)];
        for (int i = 0; i < expected.Length; i++) Assert.AreEqual(expected[i], actual[i], 1e-3 * expected[i]);
    }

    [TestMethod]
    public void AMappedStoreGivesTheSame()
    {
        using ConcomitantFineTuneTransformer memory = Fit(PseudoLabels);
        using ConcomitantFineTuneTransformer mapped = Fit(PseudoLabels with { StoreMemoryLimit = 0 });

        CollectionAssert.AreEqual(Tiny.Onnx(memory), Tiny.Onnx(mapped));
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow(3)]
    public void WhatDiesAndIsResumedEndsTheSame(int? patience)
    {
        FineTuneOptions options = PseudoLabels with
        {
            EarlyStoppingPatience = patience,
            SemiSupervised = PseudoLabels.SemiSupervised with { ComparesWithPlain = true, Steps = 12, LowResolutionFraction = 0.5 },
        };
        CheckpointOptions everyStep = new() { Folder = Path.Combine(_root.Root, "run"), EveryMinutes = 1e-9 };
        using ConcomitantFineTuneTransformer expected = Fit(options);

        (byte[] actual, int deaths) = DyingDisk.Outlive([1, 3, 2, 5], () =>
        {
            using ConcomitantFineTuneTransformer model = Fit(options with { Checkpoints = everyStep, Threads = 2 });
            return Tiny.Onnx(model);
        });

        CollectionAssert.AreEqual(Tiny.Onnx(expected), actual);
        Assert.IsGreaterThan(5, deaths);
    }

    [TestMethod]
    public void TheValidationPartDecidesBetweenLabelsAloneAndPseudoLabels()
    {
        List<string> log = [];
        _ml.Log += (_, line) => log.Add(line.RawMessage);
        // A rate at which nothing is learnt: pseudo-labels cannot win.
        FineTuneOptions options = PseudoLabels with
        {
            Epochs = 40,
            LearningRates = [0.2],
            SemiSupervised = PseudoLabels.SemiSupervised with { ComparesWithPlain = true, LearningRate = 1e-9, Steps = 5 },
        };

        using ConcomitantFineTuneTransformer model = Fit(options);

        CollectionAssert.AreEqual(
            new[] { UnlabelledImages.Ignore, UnlabelledImages.PseudoLabels, UnlabelledImages.Ignore },
            model.Trials.Select(t => t.Unlabelled).ToArray());
        Assert.IsTrue(log.Any(line => line.Contains("labels alone it is", StringComparison.Ordinal)), string.Join("\n", log));
    }

    [TestMethod]
    public void WhatHoldsItsOwnGoesOnWithAllLabels()
    {
        FineTuneOptions options = PseudoLabels with
        {
            LearningRates = [1e-9],
            SemiSupervised = PseudoLabels.SemiSupervised with { ComparesWithPlain = true, Steps = 120 },
        };

        using ConcomitantFineTuneTransformer model = Fit(options);

        Assert.HasCount(2, model.Trials);
        FineTuneTrial last = model.Trials[1];
        Assert.AreEqual((UnlabelledImages.PseudoLabels, 30, 6), (last.Unlabelled, last.TrainingImages, last.ValidationImages));
        int judged = last.Epochs.Single(e => e.ValidationAccuracy is not null).Epoch;
        Assert.AreEqual((int)(0.75 * last.Epochs.Count), judged);
        Assert.AreEqual(last.ValidationAccuracy, model.ValidationAccuracy);
        Assert.AreEqual(0.1, model.LearningRate);
    }

    [TestMethod]
    public void ATrainingOfOneEpochIsJudgedAtItsEndAndTrainedAgainOnAllLabels()
    {
        FineTuneOptions options = PseudoLabels with
        {
            LearningRates = [1e-9],
            SemiSupervised = PseudoLabels.SemiSupervised with { ComparesWithPlain = true, Steps = 1 },
        };

        using ConcomitantFineTuneTransformer model = Fit(options);

        Assert.HasCount(3, model.Trials);
        Assert.AreEqual((24, 6), (model.Trials[1].TrainingImages, model.Trials[1].ValidationImages));
        Assert.AreEqual((30, 0), (model.Trials[2].TrainingImages, model.Trials[2].ValidationImages));
    }

    [TestMethod]
    public void WithoutUnlabelledImagesItIsAPlainFineTuningAndSaysSo()
    {
        List<string> log = [];
        _ml.Log += (_, line) => log.Add(line.RawMessage);
        IDataView labelled = new Stripes().View(_ml);
        using ConcomitantFineTuneTransformer plain =
            Fit(PseudoLabels with { Unlabelled = UnlabelledImages.Ignore }, labelled);

        using ConcomitantFineTuneTransformer model = Fit(PseudoLabels, labelled);

        CollectionAssert.AreEqual(Tiny.Onnx(plain), Tiny.Onnx(model));
        Assert.IsTrue(log.Any(line => line.Contains("no image without a label", StringComparison.Ordinal)), string.Join("\n", log));
    }

    private ConcomitantFineTuneTransformer Fit(FineTuneOptions options, IDataView? data = null) =>
        _ml.SswpNas().FineTune(options: options, searchResult: Tiny.Found).Fit(data ?? Data);
}
