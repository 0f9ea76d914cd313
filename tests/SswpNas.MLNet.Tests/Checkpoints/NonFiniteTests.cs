using Microsoft.ML;
using SswpNas.MLNet.Checkpoints;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.Search;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Storage;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Estimators;
using SswpNas.MLNet.Training.Engines;
using SswpNas.MLNet.Training;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Checkpoints;

/// <summary>Losses and gradients that are NaN or infinite: never a network that is.</summary>
[TestClass]
public sealed class NonFiniteTests : IDisposable
{
    private readonly TestFolder _root = new();
    private readonly MLContext _ml = new(seed: 1);
    private readonly List<string> _lines = [];

    public NonFiniteTests() => _ml.Log += (_, e) => _lines.Add(e.Message);

    private CheckpointOptions Checkpoints => new() { Folder = Path.Combine(_root.Root, "run") };

    public void Dispose() => _root.Dispose();

    [TestMethod]
    [DataRow(Spoilt.Loss)]
    [DataRow(Spoilt.Gradient)]
    public void AStepIsSkippedAsIfItHadNotBeen(Spoilt what)
    {
        using Run run = new(Tiny.Search with { Optimizer = OptimizerKind.Adam }, what, step => step == 7);
        IReadOnlyDictionary<string, TensorValue>? before = null;
        run.Engine.BeforeSpoilt = () => before ??= run.State().Tensors;
        run.Engine.AfterSpoilt = () => Same(before!, run.State().Tensors);

        run.Loop.Run(_ => { });

        Assert.IsNotNull(before);
        CollectionAssert.AreEqual(new[] { 0, 1, 0, 0 }, run.Loop.History.Select(e => e.SkippedSteps).ToArray());
        Assert.IsTrue(run.Loop.History.All(e => double.IsFinite(e.Loss)));
        Assert.IsNull(run.State().NonFiniteTensor());
    }

    [TestMethod]
    public void AnArchitectureStepIsSkippedToo()
    {
        using Run run = new(Tiny.Search, Spoilt.Gates, step => true);

        run.Loop.Run(_ => { });

        Assert.IsGreaterThan(0, run.Loop.History.Sum(e => e.SkippedSteps));
        Assert.IsTrue(run.Loop.AlphaHistory[^1].All(cell => cell.All(edge => edge.All(alpha => alpha == 0))));
        Assert.IsNull(run.State().NonFiniteTensor());
    }

    [TestMethod]
    public void AfterTooManyWithoutACheckpointTheErrorSaysWhenItBegan()
    {
        using Run run = new(
            Tiny.Search with { NonFiniteSteps = new NonFiniteSteps { SkippedLimit = 3 } }, Spoilt.Loss, step => step >= 8);

        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(() => run.Loop.Run(_ => { }));

        StringAssert.Contains(error.Message, "NaN or infinite in 3 steps since step 3 of epoch 2.");
        StringAssert.Contains(error.Message, "With Checkpoints in the options the run would have rolled back");
    }

    [TestMethod]
    public void AnEpochWithoutASingleStepIsTooMany()
    {
        using Run run = new(
            Tiny.Search with { NonFiniteSteps = new NonFiniteSteps { SkippedLimit = 1000 } }, Spoilt.Loss, step => step is >= 6 and < 12);

        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(() => run.Loop.Run(_ => { }));

        StringAssert.Contains(error.Message, "in 6 steps since step 1 of epoch 2.");
    }

    /// <summary>There the device itself skips; the host learns of it once an epoch.</summary>
    [TestMethod]
    [DataRow(OptimizerKind.Sgd)]
    [DataRow(OptimizerKind.Adam)]
    public void OnADeviceStepsAreSkippedToo(OptimizerKind optimizer)
    {
        using Run run = new(
            Tiny.Search with { Optimizer = optimizer }, Spoilt.Gradient, step => step is 7 or 9, new TorchEngine(CPU, 1, asynchronous: true));

        run.Loop.Run(_ => { });

        CollectionAssert.AreEqual(new[] { 0, 2, 0, 0 }, run.Loop.History.Select(e => e.SkippedSteps).ToArray());
        Assert.IsNull(run.State().NonFiniteTensor());
    }

    [TestMethod]
    public void OnADeviceTooManyOfThemAreAnErrorAtTheEndOfTheEpoch()
    {
        using Run run = new(
            Tiny.Search with { NonFiniteSteps = new NonFiniteSteps { SkippedLimit = 3 } }, Spoilt.Gradient, step => step >= 8,
            new TorchEngine(CPU, 1, asynchronous: true));

        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(() => run.Loop.Run(_ => { }));

        StringAssert.Contains(error.Message, "NaN or infinite in 4 steps since step 1 of epoch 2.");
    }

    /// <summary>Counts of steps lie on the device, losses are added up there.</summary>
    [TestMethod]
    [DataRow(OptimizerKind.Sgd, 9)]
    [DataRow(OptimizerKind.Adam, 3)]
    [DataRow(OptimizerKind.Adam, 17)]
    public void OnADeviceASearchGoesOnInTheMiddleOfAnEpoch(OptimizerKind optimizer, int step)
    {
        Checkpoint? saved = null;
        SearchOptions options = Tiny.Search with { Optimizer = optimizer };
        using Run whole = OnDevice(options);
        whole.Loop.Run(_ => { });
        int steps = 0;
        Run? watched = null;
        using Run saving = watched = OnDevice(options with
        {
            Progress = new Direct<SearchProgress>(_ =>
            {
                if (++steps == step) saved = watched!.State();
            }),
        });
        saving.Loop.Run(_ => { });
        using Run resumed = OnDevice(options);
        ((IRunState)resumed.Loop).Load(saved!);
        resumed.Loop.Run(_ => { });

        Same(whole.State().Tensors, saving.State().Tensors);
        Same(whole.State().Tensors, resumed.State().Tensors);
        Assert.AreEqual(ResumeTests.Text(whole.Loop.History), ResumeTests.Text(resumed.Loop.History));

        static Run OnDevice(SearchOptions options) =>
            new(options, Spoilt.Loss, _ => false, new TorchEngine(CPU, 1, asynchronous: true));
    }

    /// <summary>A learning rate at which weights overflow, and a factor that makes it a sound one.</summary>
    [TestMethod]
    public void TheRunGoesBackAndGoesOnWithASmallerLearningRate()
    {
        SearchOptions options = Tiny.Search with
        {
            Optimizer = OptimizerKind.Sgd,
            LearningRate = 1e30,
            Checkpoints = Checkpoints,
            NonFiniteSteps = new NonFiniteSteps { SkippedLimit = 4, LearningRateFactor = 1e-32 },
        };

        using SswpNasSearchTransformer found = _ml.SswpNas().Search(options: options).Fit(new Stripes().View(_ml));

        CollectionAssert.AreEqual(new[] { 4, 0, 0, 0 }, found.Result.History.Select(e => e.SkippedSteps).ToArray());
        Assert.IsTrue(found.Result.History.All(e => double.IsFinite(e.Loss) && e.LearningRate < 0.011));
        Assert.IsTrue(found.Result.Weights.Values.All(w => w.Values.All(float.IsFinite)));
        Assert.IsTrue(
            _lines.Any(line => line.Contains("Rolled back to the last checkpoint", StringComparison.Ordinal)), string.Join('\n', _lines));
    }

    [TestMethod]
    public void AfterGoingBackInVainItEndsWithAnError()
    {
        FineTuneOptions options = Tiny.FineTune with
        {
            LearningRates = [1e30],
            Checkpoints = Checkpoints,
            NonFiniteSteps = new NonFiniteSteps { SkippedLimit = 2, LearningRateFactor = 0.5, MaxRollbacks = 2 },
        };

        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(
            () => _ml.SswpNas().FineTune(options: options, searchResult: Tiny.Found).Fit(new Stripes().View(_ml)));

        StringAssert.Contains(error.Message, "NaN or infinite in 2 steps since step 2 of epoch 1");
        StringAssert.Contains(error.Message, "rolled back to a checkpoint 2 times, the last time with 0.25 of the learning rate");
        // What is kept is sound, and options that would help are taken.
        using ConcomitantFineTuneTransformer model = _ml.SswpNas()
            .FineTune(
                options: options with { NonFiniteSteps = new NonFiniteSteps { SkippedLimit = 2, LearningRateFactor = 1e-31 } },
                searchResult: Tiny.Found)
            .Fit(new Stripes().View(_ml));
        Assert.IsTrue(Scored.Of(_ml, model.Transform(new Stripes().View(_ml))).All(s => s.Score.All(float.IsFinite)));
        Assert.AreEqual(2, model.Trials[0].Epochs[0].SkippedSteps);
    }

    /// <summary>Weights that overflow in the last step show in no loss any more.</summary>
    [TestMethod]
    public void ANetworkThatGivesNoNumbersIsNotGivenBack()
    {
        FineTuneOptions options = Tiny.FineTune with { Epochs = 1, BatchSize = 60, LearningRates = [1e30] };

        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(
            () => _ml.SswpNas().FineTune(options: options, searchResult: Tiny.Found).Fit(new Stripes().View(_ml)));

        StringAssert.Contains(error.Message, "NaN or infinite");
    }

    [TestMethod]
    public void StatisticsAreSetBackBitForBit()
    {
        RandomStream random = new(1, RandomPurpose.Weights);
        using Supernet supernet = new(Tiny.Search.Macro(new ImageShape(3, 8, 8)), ref random);
        using StatisticsBlock block = new(supernet);
        using IDisposable noGrad = no_grad();
        float next = 0;
        ForEachStatistic(tensor => tensor.copy_(full_like(tensor, next++)));
        block.Keep();
        IReadOnlyDictionary<string, TensorValue> kept = TensorValues.Of(supernet);

        ForEachStatistic(tensor => tensor.fill_(float.NaN));
        block.Restore();
        Same(kept, TensorValues.Of(supernet));
        ForEachStatistic(tensor => tensor.add_(tensor));
        IReadOnlyDictionary<string, TensorValue> moved = TensorValues.Of(supernet);
        block.RestoreIfNotFinite();
        Same(moved, TensorValues.Of(supernet));
        NamedTensors.All(supernet).First(t => t.Key.Contains("running_var", StringComparison.Ordinal)).Value.fill_(float.PositiveInfinity);
        block.RestoreIfNotFinite();
        Same(kept, TensorValues.Of(supernet));

        void ForEachStatistic(Action<Tensor> change)
        {
            foreach ((string name, Tensor tensor) in NamedTensors.All(supernet))
            {
                using TorchSharp.DisposeScope scope = NewDisposeScope();
                if (name.Contains("running_", StringComparison.Ordinal)) change(tensor);
            }
        }
    }

    private static void Same(IReadOnlyDictionary<string, TensorValue> expected, IReadOnlyDictionary<string, TensorValue> actual)
    {
        CollectionAssert.AreEqual(expected.Keys.ToArray(), actual.Keys.ToArray());
        foreach ((string name, TensorValue value) in expected) CollectionAssert.AreEqual(value.Values, actual[name].Values, name);
    }

    /// <summary>What is wrong with a step.</summary>
    public enum Spoilt
    {
        /// <summary>The loss is NaN.</summary>
        Loss,

        /// <summary>A gradient is infinite.</summary>
        Gradient,

        /// <summary>Gate gradients of architecture steps are NaN.</summary>
        Gates,
    }

    /// <summary>A search loop on an engine that spoils some of its weight steps.</summary>
    private sealed class Run : IDisposable
    {
        private readonly Supernet _supernet;
        private readonly IObjective _objective;

        public Run(SearchOptions options, Spoilt what, Func<int, bool> spoils, NetworkEngine? engine = null)
        {
            LabelledPixels data = PixelReader.ReadLabelled(new Stripes().View(new MLContext(1)), "Pixels", "Label");
            PixelNormalization normalization = PixelNormalization.Of(data.Pixels, Enumerable.Range(0, data.Pixels.Count));
            RandomStream random = new(1, RandomPurpose.Weights);
            Engine = new SpoiltEngine(engine ?? NetworkEngine.Create(CPU, 1, managedKernels: true), what, spoils);
            _supernet = new Supernet(options.Macro(data.Pixels.Shape), ref random);
            _objective = new SearchObjectives(options, data, normalization, 1, CPU).Create(_supernet, ref random);
            Loop = new SearchLoop(data.Pixels, options, 1, Engine, _objective, _supernet);
        }

        public SpoiltEngine Engine { get; }

        public SearchLoop Loop { get; }

        public Checkpoint State() => ((IRunState)Loop).Save();

        public void Dispose()
        {
            Loop.Dispose();
            _objective.Dispose();
            _supernet.Dispose();
            Engine.Dispose();
        }
    }

    private sealed class SpoiltEngine(NetworkEngine engine, Spoilt what, Func<int, bool> spoils) : NetworkEngine
    {
        private int _step;
        private bool _wasSpoilt;

        public Action BeforeSpoilt { get; set; } = () => { };

        /// <summary>Before the engine's next step.</summary>
        public Action AfterSpoilt { get; set; } = () => { };

        public override Device Device => engine.Device;

        public override bool IsAsynchronous => engine.IsAsynchronous;

        public override LossValue ForwardBackward(
            INetworkBody body, IReadOnlyList<Weight> bodyWeights, ILossHead head, ImageBatch batch, Pass pass)
        {
            if (_wasSpoilt) AfterSpoilt();
            _wasSpoilt = false;
            bool isSpoilt = pass.WeightGradients ? what != Spoilt.Gates && spoils(_step++) : what == Spoilt.Gates;
            if (isSpoilt) BeforeSpoilt();
            LossValue loss = engine.ForwardBackward(body, bodyWeights, head, batch, pass);
            if (!isSpoilt) return loss;
            _wasSpoilt = pass.WeightGradients;
            if (what == Spoilt.Loss) return LossValue.Of(double.NaN);
            if (what == Spoilt.Gates) return LossValue.Of(double.PositiveInfinity);
            using IDisposable noGrad = no_grad();
            bodyWeights.Last(w => w.HasGradient).Gradient!.fill_(float.PositiveInfinity);
            return loss;
        }

        public override Tensor Forward(INetworkBody body, ImageBatch batch, Pass pass) => engine.Forward(body, batch, pass);

        public override void Dispose() => engine.Dispose();
    }
}
