using Microsoft.ML;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.FineTuning;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Training;
using SswpNas.MLNet.Training.Engines;
using TorchSharp;

namespace SswpNas.MLNet.Tests.Estimators;

[TestClass]
public sealed class FineTuneTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow(WeightInitialization.Concomitant)]
    [DataRow(WeightInitialization.Random)]
    public void TheNetworkLearns(WeightInitialization start)
    {
        IDataView data = new Stripes().View(_ml);

        using ConcomitantFineTuneTransformer model = Fit(Tiny.Thorough with { Initialization = start });

        Assert.IsGreaterThan(0.9, _ml.MulticlassClassification.Evaluate(model.Transform(data)).MicroAccuracy);
        FineTuneTrial only = model.Trials.Single();
        CollectionAssert.AreEqual(Enumerable.Range(1, 15).ToArray(), only.Epochs.Select(e => e.Epoch).ToArray());
        Assert.IsLessThan(only.Epochs[0].Loss / 2, only.Epochs[^1].Loss);
        Assert.IsNull(model.ValidationAccuracy);
        Assert.AreEqual(0.2, model.LearningRate);
    }

    [TestMethod]
    public void ARateThatTeachesNothingIsNotChosenAndAllLabelsTrainInTheEnd()
    {
        using ConcomitantFineTuneTransformer model = Fit(Tiny.Thorough with { LearningRates = [1e-7, 0.2, 2e-7] });

        Assert.AreEqual(0.2, model.LearningRate);
        double?[] judged = [.. model.Trials.Select(t => t.ValidationAccuracy)];
        Assert.HasCount(4, judged);
        Assert.AreEqual(judged.Max(), model.ValidationAccuracy);
        Assert.AreEqual(judged[1], model.ValidationAccuracy);
        Assert.IsNull(judged[3]);
        foreach (FineTuneTrial trial in model.Trials.SkipLast(1))
            Assert.AreEqual((48, 12), (trial.TrainingImages, trial.ValidationImages));
        FineTuneTrial last = model.Trials[^1];
        Assert.AreEqual((0.2, 60, 0), (last.LearningRate, last.TrainingImages, last.ValidationImages));
    }

    [TestMethod]
    public void EarlyStoppingLeavesTheBestEpochsWeights()
    {
        FineTuneOptions options = Tiny.FineTune with
        {
            Epochs = 30,
            LearningRates = [0.15],
            EarlyStoppingPatience = 2,
            ValidationFraction = 0.5,
        };
        LabelledPixels data = PixelReader.ReadLabelled(new Stripes { Count = 45 }.View(_ml), "Pixels", "Label");

        // Which seeds stop early with a last epoch that is not the best depends on the processor's rounding.
        int seed = Enumerable.Range(1, 20).First(candidate => Stops(data, options, candidate));
        FineTuneOutcome outcome = Run(data, options, seed);

        double[] judged = Judged(outcome);
        Assert.AreEqual(judged.Max(), outcome.ValidationAccuracy);
        using NetworkEngine engine = NetworkEngine.Create(torch.CPU, threads: 1, managedKernels: true);
        FineTuneLoop loop = new(data, Tiny.Found.Network.Normalization, options, seed, engine);
        int[] validation = StratifiedSubset.Split(
            data.Labels, data.ClassNames, options.ValidationFraction, seed, RandomPurpose.Validation).Second;
        Assert.AreEqual(outcome.ValidationAccuracy!.Value, loop.Evaluate(outcome.Network, validation).Accuracy);
        outcome.Network.Dispose();
    }

    [TestMethod]
    public void RandomAndConcomitantStartsShareTheArchitectureAndNothingElse()
    {
        using ConcomitantFineTuneTransformer concomitant = Fit(Tiny.FineTune);
        using ConcomitantFineTuneTransformer random =
            Fit(Tiny.FineTune with { Initialization = WeightInitialization.Random });

        Assert.AreEqual(concomitant.Parameters, random.Parameters);
        Assert.AreNotEqual(concomitant.Trials[0].Epochs[0].Loss, random.Trials[0].Epochs[0].Loss);
    }

    [TestMethod]
    public void AllKindsOfRegularisationTogetherTrain()
    {
        using ConcomitantFineTuneTransformer model = Fit(Tiny.FineTune with
        {
            DropPath = 0.3,
            CutoutLength = 3,
            LabelSmoothing = 0.1,
            ColorJitter = 0.4,
            MinimumCropArea = 0.5,
        });

        Assert.IsTrue(model.Trials[0].Epochs.All(e => double.IsFinite(e.Loss)));
    }

    [TestMethod]
    public void TwoLabelsAClassAreEnough()
    {
        IDataView data = _ml.SswpNas().MaskLabelsPerClass(new Stripes().View(_ml), "Label", 2, seed: 1);
        FineTuneOptions options = Tiny.FineTune with { LearningRates = [0.1, 0.2] };

        using ConcomitantFineTuneTransformer model =
            _ml.SswpNas().FineTune(options: options, searchResult: Tiny.Found).Fit(data);

        Assert.AreEqual((3, 3), (model.Trials[0].TrainingImages, model.Trials[0].ValidationImages));
        Assert.AreEqual(6, model.Trials[^1].TrainingImages);
    }

    private FineTuneOutcome Run(LabelledPixels data, FineTuneOptions options, int seed)
    {
        FoundNetwork found = Tiny.Found.Network;
        using RunSession session = new(
            _ml, nameof(FineTuneTests), "Fine-tune", options with { Seed = seed, Device = "cpu" },
            options.MemoryOfStep(found.Macro, found.Genotype));
        using FineTuneRun run = new(session, data, found, options);
        return run.Run();
    }

    private bool Stops(LabelledPixels data, FineTuneOptions options, int seed)
    {
        FineTuneOutcome outcome = Run(data, options, seed);
        outcome.Network.Dispose();
        double[] judged = Judged(outcome);
        return judged.Length < options.Epochs && judged[^1] < judged.Max();
    }

    private static double[] Judged(FineTuneOutcome outcome) =>
        [.. outcome.Trials.Single().Epochs.Select(e => e.ValidationAccuracy!.Value)];

    private ConcomitantFineTuneTransformer Fit(FineTuneOptions options) =>
        _ml.SswpNas().FineTune(options: options, searchResult: Tiny.Found).Fit(new Stripes().View(_ml));
}
