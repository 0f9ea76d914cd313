namespace SswpNas.MLNet.FineTuning;

/// <summary>The outcome of a fine-tuning; the network is the caller's to dispose of.</summary>
internal sealed record FineTuneOutcome(
    DerivedNetwork Network, double LearningRate, double? ValidationAccuracy, IReadOnlyList<FineTuneTrial> Trials);

/// <summary>What a checkpoint of a fine-tuning says beside its tensors.</summary>
internal sealed record FineTuneState(
    FineTuneTrial[] Trials, BestTrial? Best, NonFiniteState NonFinite, FineTuneTrainingState Training);

/// <summary>The trial with the best validation result.</summary>
internal sealed record BestTrial(double LearningRate, Quality Quality);

/// <summary>
/// One fine-tuning from a found network and labelled images: the learning rate is chosen on a validation part of the
/// labels, then the network is trained on all of them.
/// </summary>
internal sealed class FineTuneRun : IRunState, IDisposable
{
    private const string BestPrefix = "best_trial.";

    private readonly LabelledPixels _data;
    private readonly FoundNetwork _found;
    private readonly ClassifierOptions _options;
    private readonly FineTunePlan _plan;
    private readonly RunSession _session;
    private readonly NonFiniteGuard _guard;
    private readonly int[] _all;
    private readonly (int[] Train, int[] Validation) _parts;
    private readonly StepTimer _timer = new();
    private List<FineTuneTrial> _trials = [];
    private BestTrial? _best;
    private IReadOnlyDictionary<string, TensorValue> _bestWeights = new Dictionary<string, TensorValue>();
    private FineTuneLoop _loop = null!;
    private DerivedNetwork? _network;
    private FineTuneTraining? _training;
    private FineTuneEvents? _events;

    public FineTuneRun(RunSession session, LabelledPixels data, FoundNetwork found, ClassifierOptions options)
    {
        (_session, _data, _found, _options, _plan) = (session, data, found, options, options.Plan);
        _guard = new NonFiniteGuard(options.NonFiniteSteps);
        if (_plan.TensorBoardFolder is string events) EventFile.Probe(events);
        _all = [.. Enumerable.Range(0, data.Labels.Length)];
        if (_plan.Choices > 0)
        {
            _parts = StratifiedSubset.Split(
                data.Labels, data.ClassNames, _plan.ValidationFraction, session.Seed, RandomPurpose.Validation);
        }
    }

    /// <summary>The choices, and the final run, unless early stopping has made it a choice.</summary>
    private int Runs => _plan.Choices + (_plan.StopsEarly ? 0 : 1);

    private bool IsFinal => _trials.Count == _plan.Choices;

    private double LearningRate => IsFinal ? _best?.LearningRate ?? _plan.LearningRates[0] : _plan.LearningRates[_trials.Count];

    public FineTuneOutcome Run(string kind = "fine-tuning")
    {
        using NetworkEngine engine = _session.CreateEngine();
        _loop = new FineTuneLoop(_data, _found.Normalization, _options, _session.Seed, engine);
        try
        {
            Begin();
            _session.Resume(this, kind, _data, _found);
            return RunTrials();
        }
        finally
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        _training?.Dispose();
        _network?.Dispose();
        _events?.Dispose();
        (_training, _network, _events) = (null, null, null);
    }

    Checkpoint IRunState.Save()
    {
        OrderedDictionary<string, TensorValue> tensors = [];
        FineTuneTrainingState training = _training!.Save(tensors);
        foreach ((string name, TensorValue value) in _bestWeights) tensors.Add(BestPrefix + name, value);
        return Checkpoint.Of(new FineTuneState([.. _trials], _best, _guard.State, training), tensors);
    }

    void IRunState.Load(Checkpoint checkpoint)
    {
        FineTuneState state = checkpoint.StateAs<FineTuneState>();
        checkpoint.That(state.Trials.Length < Runs && state.Trials.All(t => t?.Epochs is { Count: > 0 }), "the trials that are done");
        checkpoint.That(state.Best is null == (state.Trials.Length == 0), "the best trial");
        checkpoint.That(state.Best is null || _plan.LearningRates.Contains(state.Best.LearningRate), "the best trial");
        checkpoint.That(state.NonFinite.IsSane, "skipped steps");
        (_trials, _best) = ([.. state.Trials], state.Best);
        Begin();
        _bestWeights = _best is null
            ? new Dictionary<string, TensorValue>()
            : LayerState.Values(_network!, BestPrefix, checkpoint);
        _training!.Load(state.Training, checkpoint);
        _guard.State = state.NonFinite;
        _timer.Begin(EpochsDone(_training.Epochs.Count));
    }

    private FineTuneOutcome RunTrials()
    {
        while (true)
        {
            TrainingEnd end = _training!.Run(this, () => _best is not null || _training.Epochs.Count > 0);
            if (end == TrainingEnd.WentBack) continue;
            bool isFinal = IsFinal, isLast = _trials.Count == Runs - 1;
            double rate = LearningRate;
            if (_training.Epochs.Count > 0) EndTrial(isFinal);
            if (end == TrainingEnd.Stopped || isLast) return Outcome(isFinal, rate);
            Begin();
            _session.Keeper.PartBegins(this);
        }
    }

    /// <summary>Records the trial and compares it with those before.</summary>
    private void EndTrial(bool isFinal)
    {
        Quality quality = _training!.Finish();
        double rate = LearningRate;
        int images = isFinal ? _all.Length : _parts.Train.Length, judged = isFinal ? 0 : _parts.Validation.Length;
        bool wasJudged = judged > 0 && _training.Epochs.Any(e => e.ValidationAccuracy is not null);
        _trials.Add(new FineTuneTrial(rate, images, judged, wasJudged ? quality.Accuracy : null, [.. _training.Epochs]));
        if (isFinal || !(_best is null || (wasJudged && quality.BetterThan(_best.Quality)))) return;
        (_best, _bestWeights) = (new BestTrial(rate, quality), TensorValues.Of(_network!));
    }

    /// <summary>The network of the final run; without one that has an epoch behind it, the best choice's.</summary>
    private FineTuneOutcome Outcome(bool isFinal, double rate)
    {
        double? accuracy = _best is null ? null : _trials.First(t => t.LearningRate == _best.LearningRate).ValidationAccuracy;
        if (!isFinal || _trials.Count == _plan.Choices)
        {
            Dispose();
            (_network, rate) = (Start(), _best!.LearningRate);
            TensorValues.Load(_bestWeights, _network);
        }

        DerivedNetwork network = _network!;
        _loop.EnsureFinite(network);
        _network = null;
        return new FineTuneOutcome(network, rate, accuracy, _trials);
    }

    /// <summary>The next trial from its beginning, in place of the current one.</summary>
    private void Begin()
    {
        Dispose();
        int run = _trials.Count + 1;
        double rate = LearningRate;
        _network = Start();
        _events = _plan.TensorBoardFolder is string folder ? new FineTuneEvents(folder, run, rate, _session.Log.Warn) : null;
        _guard.State = NonFiniteState.None;
        _training = new FineTuneTraining(
            _loop, _network, rate, IsFinal ? _all : _parts.Train, IsFinal ? [] : _parts.Validation, _guard, _session.Keeper)
        {
            Finished = epoch =>
            {
                _events?.Add(epoch);
                Report(run, rate, epoch);
            },
        };
    }

    /// <summary>
    /// The found architecture with a fresh classifier, its other weights those it was found with or fresh too.
    /// </summary>
    private DerivedNetwork Start()
    {
        RandomStream random = new(_session.Seed, RandomPurpose.Weights, 1);
        DerivedNetwork network = new(_found.Macro, _found.Genotype, _data.ClassNames.Length, ref random);
        if (_plan.Initialization != WeightInitialization.Random) TensorValues.Load(_found.Weights, network);
        LayerDevice.Move(network, _session.Device);
        return network;
    }

    private long EpochsDone(int epochs) => ((long)_trials.Count * _options.Epochs) + epochs;

    private void Report(int run, double rate, FineTuneEpoch epoch) => _options.Progress?.Report(new FineTuneProgress(
        run, Runs, rate, epoch.Epoch, _options.Epochs, epoch.Loss, epoch.ValidationAccuracy, _timer.Elapsed,
        _timer.Remaining(EpochsDone(epoch.Epoch), (long)Runs * _options.Epochs)));
}
