using SswpNas.MLNet.Checkpoints;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Storage;
using SswpNas.MLNet.Training;
using SswpNas.MLNet.Training.Engines;

namespace SswpNas.MLNet.Pretraining;

/// <summary>What a checkpoint of a pre-training says beside its tensors.</summary>
/// <param name="Course">Where it is.</param>
/// <param name="NonFinite">Skipped steps.</param>
/// <param name="Steps">Steps of each weight's optimiser.</param>
/// <param name="History">The epochs that are done.</param>
internal sealed record PretrainState(
    TrainingLoopState Course, NonFiniteState NonFinite, Dictionary<string, int> Steps, PretrainEpoch[] History);

/// <summary>The epochs of a pre-training.</summary>
internal sealed class PretrainLoop : ITrainingTask, IRunState, IDisposable
{
    private const string NetworkPrefix = "network.";
    private const string HeadPrefix = "head.";

    private readonly PixelStore _store;
    private readonly PretrainOptions _options;
    private readonly int _epochs;
    private readonly int _seed;
    private readonly NetworkEngine _engine;
    private readonly DerivedNetwork _network;
    private readonly SimClrObjective _objective;
    private readonly IReadOnlyList<Weight> _body;
    private readonly WeightOptimizer _optimizer;
    private readonly StatisticsBlock _statistics;
    private readonly NonFiniteGuard _guard;
    private readonly TrainingLoop _course;
    private readonly EpochBatches _batches;
    private readonly StepTimer _timer = new();
    private Action<PretrainEpoch> _finished = _ => { };
    private int[][] _order = [];
    private int _side;

    public PretrainLoop(
        PixelStore store, PretrainOptions options, int epochs, int seed, NetworkEngine engine, DerivedNetwork network,
        SimClrObjective objective, CheckpointManager keeper)
    {
        (_store, _options, _epochs, _seed) = (store, options, epochs, seed);
        (_engine, _network, _objective) = (engine, network, objective);
        _body = NamedTensors.Weights(network);
        _optimizer = WeightOptimizer.Of(
            options.Optimizer, [.. _body, .. objective.Weights], options.Momentum, options.AdamBeta2, options.WeightDecay,
            options.GradientClip, engine.IsAsynchronous);
        _statistics = new StatisticsBlock(network);
        _guard = new NonFiniteGuard(options.NonFiniteSteps);
        _batches = new EpochBatches(
            [.. Enumerable.Range(0, store.Count)], options.BatchSize, seed, RandomPurpose.Shuffle);
        _course = new TrainingLoop(epochs, _batches.Count, engine, _optimizer, _statistics, _guard, keeper);
    }

    public List<PretrainEpoch> History { get; private set; } = [];

    double ITrainingTask.LastLoss => History.Count > 0 ? History[^1].Loss : double.NaN;

    private long Steps => (long)_epochs * _batches.Count;

    /// <summary>All epochs that are left, or those until it is cancelled.</summary>
    public void Run(Action<PretrainEpoch> finished)
    {
        _finished = finished;
        while (_course.Run(this, this, () => History.Count > 0) == TrainingEnd.WentBack)
        {
        }
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _statistics.Dispose();
        _course.Dispose();
    }

    Checkpoint IRunState.Save()
    {
        TrainingLoopState course = _course.State;
        OrderedDictionary<string, TensorValue> tensors = [];
        Dictionary<string, int> steps = [];
        LayerState.Save(_network, NetworkPrefix, tensors, steps);
        LayerState.Save(_objective.Head, HeadPrefix, tensors, steps);
        return Checkpoint.Of(new PretrainState(course, _guard.State, steps, [.. History]), tensors);
    }

    void IRunState.Load(Checkpoint checkpoint)
    {
        PretrainState state = checkpoint.StateAs<PretrainState>();
        checkpoint.That(state.Course.IsSane(_epochs, _batches.Count), "its epoch and step");
        checkpoint.That(state.NonFinite.IsSane, "skipped steps");
        checkpoint.That(
            state.History.Length == state.Course.Epoch && state.History.Index().All(e => e.Item is not null && e.Item.Epoch == e.Index + 1),
            "the epochs that are done");
        LayerState.Load(_network, NetworkPrefix, checkpoint, state.Steps);
        LayerState.Load(_objective.Head, HeadPrefix, checkpoint, state.Steps);
        History = [.. state.History];
        _guard.State = state.NonFinite;
        _course.State = state.Course;
        _timer.Begin(_course.Done);
    }

    void ITrainingTask.BeginEpoch(int epoch)
    {
        _order = _batches.Of(epoch);
        _side = ViewSide.Of(epoch, _epochs, _options.LowResolutionFraction, _network.Macro);
    }

    double ITrainingTask.LearningRate(long step) => LearningRates.Cosine(_options.LearningRate, step, Steps);

    LossValue ITrainingTask.ForwardBackward(int index, long step)
    {
        using ImageBatch batch = _objective.Render(_store, _order[index], _seed, RandomPurpose.Views, step, _side);
        return _engine.ForwardBackward(new DerivedBody(_network), _body, _objective, batch, Pass.WeightStep);
    }

    void ITrainingTask.Report(TrainingReport report) => _options.Progress?.Report(new PretrainProgress(
        report.Epoch + 1, _epochs, report.Steps, _batches.Count, report.Loss, _timer.Elapsed,
        _timer.Remaining(_course.Done, Steps)));

    bool ITrainingTask.EndEpoch(TrainingReport report)
    {
        History.Add(new PretrainEpoch(report.Epoch + 1, report.Loss, report.LearningRate, report.Seconds)
        {
            SkippedSteps = report.Skipped,
        });
        _finished(History[^1]);
        return true;
    }
}
