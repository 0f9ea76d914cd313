using SswpNas.MLNet.FineTuning.SemiSupervised;
using SswpNas.MLNet.Objectives;

namespace SswpNas.MLNet.FineTuning;

/// <summary>What one training is given: its rate, its images, and what unlabelled images are for.</summary>
/// <param name="LearningRate">The peak learning rate.</param>
/// <param name="Train">Labelled images to train on.</param>
/// <param name="Validation">Labelled images to evaluate on; none in a final training.</param>
/// <param name="Unlabelled">What images without a label are for.</param>
internal sealed record TrainingPart(double LearningRate, int[] Train, int[] Validation, UnlabelledImages Unlabelled)
{
    /// <summary>
    /// Asked once, when three quarters of the epochs are done, how the validation images came out: whether to go on. From then on
    /// they are trained on too. Null trains on <see cref="Train"/> alone.
    /// </summary>
    public Func<Quality, bool>? GoesOn { get; init; }
}

/// <summary>A training in a checkpoint, beside its tensors.</summary>
internal sealed record FineTuneTrainingState(
    TrainingLoopState Course, Dictionary<string, int> Steps, FineTuneEpoch[] Epochs, Quality Quality, bool HasEnded, BestEpoch? Best)
{
    /// <summary>The running means and counts of the targets of unlabelled images; null without any.</summary>
    public UnlabelledState? Unlabelled { get; init; }
}

/// <summary>The epoch that early stopping goes back to.</summary>
internal sealed record BestEpoch(int Epoch, Quality Quality);

/// <summary>The training of one network at one learning rate.</summary>
internal sealed class FineTuneTraining : ITrainingTask, IRunState, IDisposable
{
    private const int StatisticsBatch = 128;
    private const string NetworkPrefix = "network.";
    private const string AveragePrefix = "average.";
    private const string TowerPrefix = "auxiliary.";
    private const string BestPrefix = "best_epoch.";

    private readonly FineTuneLoop _loop;
    private readonly DerivedNetwork _network;
    private readonly TrainingPart _part;
    private readonly TrainingLength _length;
    private readonly AuxiliaryTower? _tower;
    private readonly ILossHead _trained;
    private readonly IReadOnlyList<Weight> _body;
    private readonly WeightOptimizer _optimizer;
    private readonly INetworkBody _forward;
    private readonly EpochBatches _batches;
    private readonly int[] _whole; // both parts of the labels
    private readonly EpochBatches? _all;
    private readonly UnlabelledBatches? _unlabelled;
    private readonly StatisticsBlock _statistics;
    private readonly AverageNetwork? _average;
    private readonly TrainingLoop _course;
    private Quality _quality;
    private BestEpoch? _best;
    private IReadOnlyDictionary<string, TensorValue> _bestWeights = new Dictionary<string, TensorValue>();
    private bool _hasEnded;
    private int[][] _order = [];
    private double _dropPath;
    private int _side;

    public FineTuneTraining(
        FineTuneLoop loop, DerivedNetwork network, TrainingPart part, NonFiniteGuard guard, CheckpointManager keeper)
    {
        (_loop, _network, _part) = (loop, network, part);
        ClassifierOptions options = loop.Options;
        ClassifierHead head = new(network.Classifier!, options.LabelSmoothing);
        _tower = Tower();
        _trained = _tower is null
            ? head
            : new AuxiliaryClassifierHead(head, _tower, options.AuxiliaryWeight, network.Macro.Features);
        _body = [.. NamedTensors.Weights(network).Except(head.Weights)];
        _optimizer = new SgdOptimizer(
            [.. _body, .. _trained.Weights], options.Momentum, options.WeightDecay, options.GradientClip,
            loop.Engine.IsAsynchronous);
        _forward = _tower is null ? new DerivedBody(network) : new AuxiliaryBody(network);
        _batches = Batches(part.Train);
        _whole = [.. part.Train, .. part.Validation];
        if (part.GoesOn is not null) _all = Batches(_whole);
        if (part.Unlabelled != UnlabelledImages.Ignore) _unlabelled = new UnlabelledBatches(loop, part.Unlabelled, part.Train);
        _length = TrainingLength.Of(options, part.Unlabelled, _batches.Count);
        _statistics = new StatisticsBlock(network);
        if (options.WeightAverage > 0)
            _average = new AverageNetwork(network, loop.Data.ClassNames.Length, options.WeightAverage, loop.Engine.Device);
        _course = new TrainingLoop(_length.Epochs, _batches.Count, loop.Engine, _optimizer, _statistics, guard, keeper);
    }

    /// <summary>Called with each epoch's record.</summary>
    public Action<FineTuneEpoch> Finished { get; init; } = _ => { };

    /// <summary>The epochs that are done.</summary>
    public List<FineTuneEpoch> Epochs { get; private set; } = [];

    /// <summary>Epochs in all.</summary>
    public int Length => _length.Epochs;

    /// <summary>Whether it has gone on with all labels.</summary>
    public bool HasJoined => _all is not null && !_hasEnded && _course.Done > (long)Joining * _batches.Count;

    bool ITrainingTask.HasEnded => _hasEnded;

    double ITrainingTask.LastLoss => Epochs.Count > 0 ? Epochs[^1].Loss : double.NaN;

    private ClassifierOptions Options => _loop.Options;

    /// <summary>The epoch from which all labels are trained on.</summary>
    private int Joining => _all is null ? int.MaxValue : _length.Joining;

    /// <summary>The network that is judged, and that gives pseudo-labels.</summary>
    private DerivedNetwork Judged => _average?.Network ?? _network;

    /// <summary>The epochs that are left; see <see cref="TrainingLoop.Run"/>.</summary>
    public TrainingEnd Run(IRunState run, Func<bool> givesBack) => _course.Run(this, run, givesBack);

    /// <summary>Leaves the network as it is to be taken.</summary>
    public Quality Finish()
    {
        if (_best is not null)
        {
            TensorValues.Load(_bestWeights, _network);
            return _best.Quality;
        }

        // A validation at the end had them re-estimated already. A run that is to give back what it has is not stopped here.
        bool isJudged = Epochs.Count == _length.Epochs && Epochs[^1].ValidationAccuracy is not null;
        if (!isJudged) Recompute(Options.CancellationBehavior == CancellationBehavior.Return ? CancellationToken.None : Options.CancellationToken);
        _average?.Take();
        return _quality;
    }

    public FineTuneTrainingState Save(OrderedDictionary<string, TensorValue> tensors)
    {
        TrainingLoopState course = _course.State;
        Dictionary<string, int> steps = [];
        LayerState.Save(_network, NetworkPrefix, tensors, steps);
        if (_average is not null) LayerState.Save(_average.Network, AveragePrefix, tensors, steps);
        if (_tower is not null) LayerState.Save(_tower, TowerPrefix, tensors, steps);
        foreach ((string name, TensorValue value) in _bestWeights) tensors.Add(BestPrefix + name, value);
        return new FineTuneTrainingState(course, steps, [.. Epochs], _quality, _hasEnded, _best)
        {
            Unlabelled = _unlabelled?.State,
        };
    }

    public void Load(FineTuneTrainingState state, Checkpoint checkpoint)
    {
        checkpoint.That(state.Course.IsSane(_length.Epochs, _batches.Count), "its epoch and step");
        checkpoint.That(
            state.Epochs.Length == state.Course.Epoch && state.Epochs.Index().All(e => e.Item is not null && e.Item.Epoch == e.Index + 1),
            "the epochs that are done");
        checkpoint.That(state.Best is null || (state.Best.Epoch >= 0 && state.Best.Epoch < state.Course.Epoch), "its best epoch");
        checkpoint.That(!state.HasEnded || state.Best is not null || (_all is not null && state.Course.Epoch == Joining), "its end");
        checkpoint.That(
            (state.Unlabelled is null) == (_unlabelled is null)
            && state.Unlabelled?.Labeller.IsSane(_loop.Data.ClassNames.Length) != false, "its unlabelled images");
        LayerState.Load(_network, NetworkPrefix, checkpoint, state.Steps);
        if (_average is not null) LayerState.Load(_average.Network, AveragePrefix, checkpoint, state.Steps);
        if (_tower is not null) LayerState.Load(_tower, TowerPrefix, checkpoint, state.Steps);
        (_quality, _best, _hasEnded) = (state.Quality, state.Best, state.HasEnded);
        _bestWeights = _best is null ? new Dictionary<string, TensorValue>() : LayerState.Values(_network, BestPrefix, checkpoint);
        if (_unlabelled is not null) _unlabelled.State = state.Unlabelled!;
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
        _average?.Dispose();
        _course.Dispose();
        _tower?.Dispose();
    }

    void ITrainingTask.BeginEpoch(int epoch)
    {
        bool joins = epoch >= Joining;
        _unlabelled?.Label(joins ? _whole : _part.Train);
        _order = (joins ? _all! : _batches).Of(epoch);
        _dropPath = Options.DropPath * epoch / Math.Max(1, _length.Epochs - 1);
        _side = ViewSide.Of(epoch, _length.Epochs, _length.LowResolutionFraction, _network.Macro);
    }

    double ITrainingTask.LearningRate(long step) =>
        LearningRates.WarmUpCosine(_part.LearningRate, step, _length.WarmUpSteps, _length.Steps);

    LossValue ITrainingTask.ForwardBackward(int index, long step)
    {
        using ImageBatch batch = _unlabelled is null
            ? _loop.Augmented(_order[index], step, _side)
            : _unlabelled.Batch(_order[index], step, (double)step / _length.Steps, _side, Judged);
        DropPath? dropPath = _dropPath > 0 ? new DropPath(_dropPath, _loop.Seed, step) : null;
        return _loop.Engine.ForwardBackward(_forward, _body, _trained, batch, Pass.WeightStep with { DropPath = dropPath });
    }

    void ITrainingTask.AfterStep(long step, bool moved)
    {
        if (moved) _average?.Update(step);
    }

    bool ITrainingTask.EndEpoch(TrainingReport report)
    {
        bool joins = report.Epoch + 1 == Joining;
        bool judges = _part.Validation.Length > 0
            && (Options.Plan.EarlyStoppingPatience is not null || (_all is null ? report.Epoch == _length.Epochs - 1 : joins));
        try
        {
            if (judges)
            {
                Recompute(Options.CancellationToken);
                _quality = _loop.Evaluate(Judged, _part.Validation, Options.CancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        TargetCount count = _unlabelled?.Count ?? TargetCount.None;
        Epochs.Add(new FineTuneEpoch(report.Epoch + 1, report.Loss, judges ? _quality.Accuracy : null)
        {
            SkippedSteps = report.Skipped,
            UnlabelledWeight = count.Images > 0 ? count.Weight / count.Images : null,
            UnlabelledAccuracy = count.KnownWeight > 0 ? count.RightWeight / count.KnownWeight : null,
        });
        if (_unlabelled is not null) _unlabelled.Count = TargetCount.None;
        if (joins) _hasEnded = !_part.GoesOn!(_quality);
        else if (judges && Options.Plan.EarlyStoppingPatience is int patience) Compare(report.Epoch, patience);
        Finished(Epochs[^1]);
        return true;
    }

    private EpochBatches Batches(int[] images) => new(
        images, Options.BatchSize, _loop.Seed, RandomPurpose.Shuffle, Options.BalanceClasses ? [.. images.Select(n => _loop.Data.Labels[n])] : null);

    private void Compare(int epoch, int patience)
    {
        if (_best is null || _quality.BetterThan(_best.Quality))
            (_best, _bestWeights) = (new BestEpoch(epoch, _quality), TensorValues.Of(Judged));
        else
            _hasEnded = epoch - _best.Epoch >= patience;
    }

    /// <summary>Batch norm's statistics of the judged network, of all images that were trained on.</summary>
    private void Recompute(CancellationToken token)
    {
        if (!Options.RecomputeStatistics) return;
        int[] labelled = HasJoined ? _whole : _part.Train;
        int[] images = _unlabelled is null ? labelled : [.. labelled, .. _loop.Data.Unlabelled];
        // No batch takes more memory than a step.
        int batch = Math.Min(StatisticsBatch, Options.RowsOfStep(_part.Unlabelled));
        BatchNormStatistics.Recompute(Judged, _loop.Data.Pixels, _loop.Plain, images, batch, _loop.Seed, _loop.Engine, token);
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
