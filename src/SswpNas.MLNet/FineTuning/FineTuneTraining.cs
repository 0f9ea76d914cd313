using SswpNas.MLNet.Objectives;

namespace SswpNas.MLNet.FineTuning;

/// <summary>A training in a checkpoint, beside its tensors.</summary>
internal sealed record FineTuneTrainingState(
    TrainingLoopState Course, Dictionary<string, int> Steps, FineTuneEpoch[] Epochs, Quality Quality, bool HasEnded, BestEpoch? Best);

/// <summary>The epoch that early stopping goes back to.</summary>
internal sealed record BestEpoch(int Epoch, Quality Quality);

/// <summary>The training of one network at one learning rate.</summary>
internal sealed class FineTuneTraining : ITrainingTask, IRunState, IDisposable
{
    private const string NetworkPrefix = "network.";
    private const string TowerPrefix = "auxiliary.";
    private const string BestPrefix = "best_epoch.";

    private readonly FineTuneLoop _loop;
    private readonly DerivedNetwork _network;
    private readonly double _learningRate;
    private readonly int[] _validation;
    private readonly ClassifierHead _head;
    private readonly AuxiliaryTower? _tower;
    private readonly ILossHead _trained;
    private readonly IReadOnlyList<Weight> _body;
    private readonly SgdOptimizer _optimizer;
    private readonly INetworkBody _forward;
    private readonly EpochBatches _batches;
    private readonly StatisticsBlock _statistics;
    private readonly TrainingLoop _course;
    private Quality _quality;
    private BestEpoch? _best;
    private IReadOnlyDictionary<string, TensorValue> _bestWeights = new Dictionary<string, TensorValue>();
    private bool _hasEnded;
    private int[][] _order = [];
    private double _dropPath;

    public FineTuneTraining(
        FineTuneLoop loop, DerivedNetwork network, double learningRate, int[] train, int[] validation, NonFiniteGuard guard,
        CheckpointManager keeper)
    {
        (_loop, _network, _learningRate, _validation) = (loop, network, learningRate, validation);
        ClassifierOptions options = loop.Options;
        _head = new ClassifierHead(network.Classifier!, options.LabelSmoothing);
        _tower = Tower();
        _trained = _tower is null
            ? _head
            : new AuxiliaryClassifierHead(_head, _tower, options.AuxiliaryWeight, network.Macro.Features);
        _body = [.. NamedTensors.Weights(network).Except(_head.Weights)];
        _optimizer = new SgdOptimizer(
            [.. _body, .. _trained.Weights], options.Momentum, options.WeightDecay, options.GradientClip,
            loop.Engine.IsAsynchronous);
        _forward = _tower is null ? new DerivedBody(network) : new AuxiliaryBody(network);
        _batches = new EpochBatches(train, options.BatchSize, loop.Seed, RandomPurpose.Shuffle);
        _statistics = new StatisticsBlock(network);
        _course = new TrainingLoop(
            options.Epochs, _batches.Count, loop.Engine, _optimizer, _statistics, guard, keeper);
    }

    /// <summary>Called with each epoch's record.</summary>
    public Action<FineTuneEpoch> Finished { get; init; } = _ => { };

    /// <summary>The epochs that are done.</summary>
    public List<FineTuneEpoch> Epochs { get; private set; } = [];

    bool ITrainingTask.HasEnded => _hasEnded;

    double ITrainingTask.LastLoss => Epochs.Count > 0 ? Epochs[^1].Loss : double.NaN;

    private ClassifierOptions Options => _loop.Options;

    /// <summary>The epochs that are left; see <see cref="TrainingLoop.Run"/>.</summary>
    public TrainingEnd Run(IRunState run, Func<bool> givesBack) => _course.Run(this, run, givesBack);

    /// <summary>Leaves the network as it is to be taken.</summary>
    public Quality Finish()
    {
        if (_best is null) return _quality;
        TensorValues.Load(_bestWeights, _network);
        return _best.Quality;
    }

    public FineTuneTrainingState Save(OrderedDictionary<string, TensorValue> tensors)
    {
        TrainingLoopState course = _course.State;
        Dictionary<string, int> steps = [];
        LayerState.Save(_network, NetworkPrefix, tensors, steps);
        if (_tower is not null) LayerState.Save(_tower, TowerPrefix, tensors, steps);
        foreach ((string name, TensorValue value) in _bestWeights) tensors.Add(BestPrefix + name, value);
        return new FineTuneTrainingState(course, steps, [.. Epochs], _quality, _hasEnded, _best);
    }

    public void Load(FineTuneTrainingState state, Checkpoint checkpoint)
    {
        checkpoint.That(state.Course.IsSane(Options.Epochs, _batches.Count), "its epoch and step");
        checkpoint.That(
            state.Epochs.Length == state.Course.Epoch && state.Epochs.Index().All(e => e.Item is not null && e.Item.Epoch == e.Index + 1),
            "the epochs that are done");
        checkpoint.That(state.Best is null || (state.Best.Epoch >= 0 && state.Best.Epoch < state.Course.Epoch), "its best epoch");
        checkpoint.That(!state.HasEnded || state.Best is not null, "its end");
        LayerState.Load(_network, NetworkPrefix, checkpoint, state.Steps);
        if (_tower is not null) LayerState.Load(_tower, TowerPrefix, checkpoint, state.Steps);
        (_quality, _best, _hasEnded) = (state.Quality, state.Best, state.HasEnded);
        _bestWeights = _best is null ? new Dictionary<string, TensorValue>() : LayerState.Values(_network, BestPrefix, checkpoint);
        Epochs = [.. state.Epochs];
        _course.State = state.Course;
    }

    Checkpoint IRunState.Save()
    {
        OrderedDictionary<string, TensorValue> tensors = [];
        FineTuneTrainingState state = Save(tensors);
        return Checkpoint.Of(state, tensors);
    }

    void IRunState.Load(Checkpoint checkpoint) => Load(checkpoint.StateAs<FineTuneTrainingState>(), checkpoint);

    public void Dispose()
    {
        _optimizer.Dispose();
        _statistics.Dispose();
        _course.Dispose();
        _tower?.Dispose();
    }

    void ITrainingTask.BeginEpoch(int epoch)
    {
        _order = _batches.Of(epoch);
        _dropPath = Options.DropPath * epoch / Math.Max(1, Options.Epochs - 1);
    }

    double ITrainingTask.LearningRate(long step) => LearningRates.WarmUpCosine(
        _learningRate, step, (long)Options.WarmUpEpochs * _batches.Count, (long)Options.Epochs * _batches.Count);

    LossValue ITrainingTask.ForwardBackward(int index, long step)
    {
        using ImageBatch batch = _loop.Augmented(_order[index], step);
        DropPath? dropPath = _dropPath > 0 ? new DropPath(_dropPath, _loop.Seed, step) : null;
        return _loop.Engine.ForwardBackward(_forward, _body, _trained, batch, Pass.WeightStep with { DropPath = dropPath });
    }

    bool ITrainingTask.EndEpoch(TrainingReport report)
    {
        bool judges = _validation.Length > 0
            && (Options.Plan.EarlyStoppingPatience is not null || report.Epoch == Options.Epochs - 1);
        try
        {
            if (judges) _quality = _loop.Evaluate(_network, _head, _validation, Options.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        Epochs.Add(new FineTuneEpoch(report.Epoch + 1, report.Loss, judges ? _quality.Accuracy : null)
        {
            SkippedSteps = report.Skipped,
        });
        if (judges && Options.Plan.EarlyStoppingPatience is int patience) Compare(report.Epoch, patience);
        Finished(Epochs[^1]);
        return true;
    }

    private void Compare(int epoch, int patience)
    {
        if (_best is null || _quality.BetterThan(_best.Quality))
            (_best, _bestWeights) = (new BestEpoch(epoch, _quality), TensorValues.Of(_network));
        else
            _hasEnded = epoch - _best.Epoch >= patience;
    }

    /// <summary>The auxiliary head, where it is asked for; it is left out of the trained network.</summary>
    private AuxiliaryTower? Tower()
    {
        if (Options.AuxiliaryWeight == 0) return null;
        RandomStream random = new(_loop.Seed, RandomPurpose.Weights, 2);
        AuxiliaryTower tower = new(_network.Macro, _loop.Data.ClassNames.Length, ref random);
        LayerDevice.Move(tower, _loop.Engine.Device);
        return tower;
    }
}
