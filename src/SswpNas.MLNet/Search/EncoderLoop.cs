using SswpNas.MLNet.Objectives;

namespace SswpNas.MLNet.Search;

/// <summary>What a checkpoint of a search or a pre-training says beside its tensors.</summary>
internal record EncoderState<TEpoch>(
    TrainingLoopState Course, NonFiniteState NonFinite, Dictionary<string, int> Steps, TEpoch[] History);

/// <summary>
/// The epochs in which an encoder's weights are trained by an objective: all of a pre-training, and of a search what is not
/// about its alphas. The batches and everything random follow from the options, the seed and the numbers of epoch and step.
/// </summary>
/// <typeparam name="TEpoch">What is recorded of an epoch.</typeparam>
/// <typeparam name="TState">What is kept in a checkpoint.</typeparam>
internal abstract class EncoderLoop<TEpoch, TState> : ITrainingTask, IRunState, IDisposable
    where TEpoch : EncoderEpoch
    where TState : EncoderState<TEpoch>
{
    private readonly EncoderOptions _options;
    private readonly int _epochs;
    private readonly MacroStructure _macro;
    private readonly WeightOptimizer _optimizer;
    private readonly TrainingLoop _course;
    private readonly EpochBatches _batches;
    private readonly StepTimer _timer = new();
    private Action<TEpoch> _finished = _ => { };

    protected EncoderLoop(
        EncoderOptions options, int epochs, int[] images, int seed, NetworkEngine engine, Layer network, MacroStructure macro,
        IObjective objective, CheckpointManager keeper)
    {
        (_options, _epochs, _macro) = (options, epochs, macro);
        BodyWeights = NamedTensors.Weights(network);
        _optimizer = WeightOptimizer.Of(
            options.Optimizer, [.. BodyWeights, .. objective.Weights], options.Momentum, options.AdamBeta2, options.WeightDecay,
            options.GradientClip, engine.IsAsynchronous);
        Statistics = new StatisticsBlock(network);
        Guard = new NonFiniteGuard(options.NonFiniteSteps);
        _batches = new EpochBatches(images, options.BatchSize, seed, RandomPurpose.Shuffle);
        _course = new TrainingLoop(epochs, StepsPerEpoch, engine, _optimizer, Statistics, Guard, keeper);
    }

    public List<TEpoch> History { get; private set; } = [];

    double ITrainingTask.LastLoss => History.Count > 0 ? History[^1].Loss : double.NaN;

    protected IReadOnlyList<Weight> BodyWeights { get; }

    protected StatisticsBlock Statistics { get; }

    protected NonFiniteGuard Guard { get; }

    protected int StepsPerEpoch => _batches.Count;

    protected long Steps => (long)_epochs * StepsPerEpoch;

    protected TimeSpan Elapsed => _timer.Elapsed;

    protected TimeSpan Remaining => _timer.Remaining(_course.Done, Steps);

    /// <summary>The layers that are kept in checkpoints.</summary>
    protected abstract IEnumerable<(string Prefix, Layer Layer)> Layers { get; }

    /// <summary>All epochs that are left, or those until it is cancelled.</summary>
    public void Run(Action<TEpoch> finished)
    {
        _finished = finished;
        while (_course.Run(this, this, () => History.Count > 0) == TrainingEnd.WentBack)
        {
        }
    }

    public virtual void Dispose()
    {
        _optimizer.Dispose();
        Statistics.Dispose();
        _course.Dispose();
    }

    Checkpoint IRunState.Save()
    {
        TrainingLoopState course = _course.State;
        OrderedDictionary<string, TensorValue> tensors = [];
        Dictionary<string, int> steps = [];
        foreach ((string prefix, Layer layer) in Layers) LayerState.Save(layer, prefix, tensors, steps);
        return Checkpoint.Of(Save(course, steps, tensors), tensors);
    }

    void IRunState.Load(Checkpoint checkpoint)
    {
        TState state = checkpoint.StateAs<TState>();
        checkpoint.That(state.Course.IsSane(_epochs, StepsPerEpoch), "its epoch and step");
        checkpoint.That(state.NonFinite.IsSane, "skipped steps");
        checkpoint.That(
            state.History.Length == state.Course.Epoch && state.History.Index().All(e => e.Item is not null && e.Item.Epoch == e.Index + 1),
            "the epochs that are done");
        foreach ((string prefix, Layer layer) in Layers) LayerState.Load(layer, prefix, checkpoint, state.Steps);
        Load(state, checkpoint);
        History = [.. state.History];
        Guard.State = state.NonFinite;
        _course.State = state.Course;
        _timer.Begin(_course.Done);
    }

    void ITrainingTask.BeginEpoch(int epoch) =>
        BeginEpoch(epoch, _batches.Of(epoch), ViewSide.Of(epoch, _epochs, _options.LowResolutionFraction, _macro));

    double ITrainingTask.LearningRate(long step) => LearningRates.Cosine(_options.LearningRate, step, Steps);

    public abstract LossValue ForwardBackward(int index, long step);

    public virtual void AfterStep(long step, bool moved)
    {
    }

    public abstract void Report(TrainingReport report);

    bool ITrainingTask.EndEpoch(TrainingReport report)
    {
        History.Add(EndEpoch(report));
        _finished(History[^1]);
        return true;
    }

    /// <summary>What a checkpoint says; adds tensors other than the layers'.</summary>
    protected abstract TState Save(TrainingLoopState course, Dictionary<string, int> steps, OrderedDictionary<string, TensorValue> tensors);

    /// <summary>Takes from a checkpoint what this kind of loop alone has.</summary>
    protected virtual void Load(TState state, Checkpoint checkpoint)
    {
    }

    protected abstract void BeginEpoch(int epoch, int[][] batches, int side);

    protected abstract TEpoch EndEpoch(TrainingReport report);
}
