namespace SswpNas.MLNet.FineTuning;

/// <summary>The outcome of a fine-tuning; the network is the caller's to dispose of.</summary>
internal sealed record FineTuneOutcome(
    DerivedNetwork Network, TrainingChoice Choice, double? ValidationAccuracy, IReadOnlyList<FineTuneTrial> Trials)
{
    /// <summary>By the validation images of the choice; null where there was nothing to choose.</summary>
    public Calibration? Calibration { get; init; }

    /// <summary>When no class is named; null where one always is.</summary>
    public RejectionRule? Rule { get; init; }
}

/// <summary>What a checkpoint of a fine-tuning says beside its tensors.</summary>
internal sealed record FineTuneState(
    FineTuneTrial[] Trials, BestTrial? Best, NonFiniteState NonFinite, FineTuneTrainingState Training);

/// <summary>The trial with the best validation result.</summary>
/// <param name="Choice">Its number among the choices.</param>
/// <param name="Quality">How well it did.</param>
internal sealed record BestTrial(int Choice, Quality Quality);

/// <summary>
/// One fine-tuning from a found network and labelled images: the learning rate is chosen on a validation part of the
/// labels, and whether the images without a label help; then the network is trained on all of them.
/// </summary>
internal sealed class FineTuneRun : IRunState, IDisposable
{
    // The normal distribution's 95th percentile.
    private const double OneSided = 1.645;

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
        (_session, _data, _found, _options) = (session, data, found, options);
        _plan = options.Plan.For(data.Labels);
        if (_plan.Unlabelled != options.Plan.Unlabelled)
        {
            session.Log.Warn(
                $"Unlabelled is {options.Plan.Unlabelled}, but there is no image without a label (key 0) among {data.Labels.Length}; "
                + "the network is fine-tuned with labels alone.");
        }

        if (options.BalanceClasses)
        {
            int[] counts = [.. data.Labelled.CountBy(n => data.Labels[n]).Select(pair => pair.Value).Order()];
            session.Log.Info($"Each class is drawn as often as any other: the smallest has {counts[0]} labels, the largest {counts[^1]}.");
        }

        _guard = new NonFiniteGuard(options.NonFiniteSteps);
        if (_plan.TensorBoardFolder is string events) EventFile.Probe(events);
        _all = data.Labelled;
        if (_plan.Trials > 0)
        {
            (int[] train, int[] validation) = StratifiedSubset.Split(
                [.. _all.Select(n => data.Labels[n])], data.ClassNames, _plan.ValidationFraction, session.Seed, RandomPurpose.Validation);
            _parts = ([.. train.Select(i => _all[i])], [.. validation.Select(i => _all[i])]);
        }
    }

    /// <summary>
    /// The choices, and the final run, unless early stopping has made it a choice, or the last choice, with unlabelled images, goes on
    /// with all labels.
    /// </summary>
    private int Runs => _plan.Trials + (_plan.StopsEarly || (_plan.Trials > 0 && GoesOn(_plan.Trials - 1)) ? 0 : 1);

    /// <summary>Nothing is left to train.</summary>
    private bool IsDone => _trials.Count > _plan.Trials || (_trials.Count == _plan.Trials && (_plan.StopsEarly || (_best is not null && GoesOn(_best.Choice))));

    private bool IsFinal => _trials.Count == _plan.Trials;

    private TrainingChoice Choice => _plan.Choices[IsFinal ? _best?.Choice ?? 0 : _trials.Count];

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
        checkpoint.That(state.Trials.Length <= _plan.Trials && state.Trials.All(t => t?.Epochs is { Count: > 0 }), "the trials that are done");
        checkpoint.That(state.Best is null == (state.Trials.Length == 0), "the best trial");
        checkpoint.That(state.Best is null || (state.Best.Choice >= 0 && state.Best.Choice < _plan.Choices.Count), "the best trial");
        checkpoint.That(state.NonFinite.IsSane, "skipped steps");
        (_trials, _best) = ([.. state.Trials], state.Best);
        Begin();
        _bestWeights = _best is null
            ? new Dictionary<string, TensorValue>()
            : LayerState.Values(_network!, BestPrefix, checkpoint);
        _training!.Load(state.Training, checkpoint);
        _guard.State = state.NonFinite;
        _timer.Begin(StepsDone(_training.Epochs.Count));
    }

    private FineTuneOutcome RunTrials()
    {
        while (true)
        {
            TrainingEnd end = _training!.Run(this, () => _best is not null || _training.Epochs.Count > 0);
            if (end == TrainingEnd.WentBack) continue;
            bool isFinal = IsFinal;
            TrainingChoice choice = Choice;
            if (_training.Epochs.Count > 0) EndTrial(isFinal);
            if (end == TrainingEnd.Stopped || IsDone) return Outcome(isFinal, choice);
            Begin();
            _session.Keeper.PartBegins(this);
        }
    }

    /// <summary>Records the trial and compares it with those before.</summary>
    private void EndTrial(bool isFinal)
    {
        Quality quality = _training!.Finish();
        TrainingChoice choice = Choice;
        bool joined = _training.HasJoined;
        int images = isFinal || joined ? _all.Length : _parts.Train.Length, judged = isFinal ? 0 : _parts.Validation.Length;
        bool wasJudged = judged > 0 && _training.Epochs.Any(e => e.ValidationAccuracy is not null);
        int number = _trials.Count;
        _trials.Add(new FineTuneTrial(choice.LearningRate, images, judged, wasJudged ? quality.Accuracy : null, [.. _training.Epochs])
        {
            Unlabelled = choice.Unlabelled,
        });
        bool isBetter = GoesOn(number) ? joined : wasJudged && (_best is null || quality.BetterThan(_best.Quality));
        if (isFinal || !(_best is null || isBetter)) return;
        (_best, _bestWeights) = (new BestTrial(number, quality), TensorValues.Of(_network!));
    }

    /// <summary>Whether a choice, once it has proved good, goes on with all labels instead of being trained again.</summary>
    private bool GoesOn(int choice) =>
        choice < _plan.Trials && _plan.Trials > 1 && !_plan.StopsEarly && Length(choice).Epochs > 1 && _plan.Choices[choice].Unlabelled != UnlabelledImages.Ignore;

    /// <summary>
    /// Whether learning from unlabelled images holds its own. It is the rule, and it is judged before its training has ended, so it is
    /// only done without if labels alone are better by a one-sided test at 5 % on the validation images.
    /// </summary>
    private bool HoldsItsOwn(UnlabelledImages unlabelled, Quality quality)
    {
        double best = _best!.Quality.Accuracy;
        int judged = _parts.Validation.Length;
        double error = Math.Sqrt((Variance(quality.Accuracy) + Variance(best)) / judged);
        bool kept = quality.Accuracy >= best - (OneSided * error);
        _session.Log.Info(string.Create(
            CultureInfo.InvariantCulture,
            $"{unlabelled}: {quality.Accuracy:P1} right of {judged} validation images, with labels alone {best:P1}; "
            + $"{(kept ? unlabelled.ToString() : "labels alone")} it is."));
        return kept;

        static double Variance(double accuracy) => accuracy * (1 - accuracy);
    }

    /// <summary>The network of the final run; without one that has an epoch behind it, the best choice's.</summary>
    private FineTuneOutcome Outcome(bool isFinal, TrainingChoice choice)
    {
        double? accuracy = _best is null ? null : _trials[_best.Choice].ValidationAccuracy;
        if (!isFinal || _trials.Count == _plan.Trials)
        {
            Dispose();
            (_network, choice) = (Start(), _plan.Choices[_best!.Choice]);
            TensorValues.Load(_bestWeights, _network);
        }

        DerivedNetwork network = _network!;
        _loop.EnsureFinite(network);
        Calibration? calibration = _best?.Quality.Calibration;
        RejectionRule? rule = _plan.Rejection.IsOn
            ? RejectionRule.Of(_plan.Rejection, _loop, network, _best?.Quality.Confidences ?? [], calibration?.Temperature ?? 1)
            : null;
        _network = null;
        return new FineTuneOutcome(network, choice, accuracy, _trials)
        {
            Calibration = calibration,
            Rule = rule,
        };
    }

    /// <summary>The next trial from its beginning, in place of the current one.</summary>
    private void Begin()
    {
        Dispose();
        int run = _trials.Count + 1;
        TrainingChoice choice = Choice;
        _network = Start();
        _events = _plan.TensorBoardFolder is string folder
            ? new FineTuneEvents(folder, run, choice.LearningRate, _session.Log.Warn)
            : null;
        _guard.State = NonFiniteState.None;
        TrainingPart part = new(
            choice.LearningRate, IsFinal ? _all : _parts.Train, IsFinal ? [] : _parts.Validation, choice.Unlabelled)
        {
            GoesOn = !IsFinal && GoesOn(_trials.Count) ? quality => HoldsItsOwn(choice.Unlabelled, quality) : null,
        };
        _training = new FineTuneTraining(_loop, _network, part, _guard, _session.Keeper)
        {
            Finished = epoch =>
            {
                _events?.Add(epoch);
                Report(run, choice, epoch);
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

    /// <summary>What is done, in images seen: the measure of time.</summary>
    private long StepsDone(int epochs) => Enumerable.Range(0, _trials.Count).Sum(Cost) + (Cost(_trials.Count) * epochs / _training!.Length);

    /// <summary>What a run takes, in steps of labelled images.</summary>
    private long Cost(int run)
    {
        bool isFinal = run >= _plan.Trials;
        int choice = isFinal ? _best?.Choice ?? 0 : run;
        return Length(choice, isFinal).Cost(_options, _plan.Choices[choice].Unlabelled);
    }

    private TrainingLength Length(int choice, bool isFinal = false)
    {
        int images = isFinal ? _all.Length : _parts.Train.Length;
        return TrainingLength.Of(_options, _plan.Choices[choice].Unlabelled, Math.Max(1, images / _options.BatchSize));
    }

    private void Report(int run, TrainingChoice choice, FineTuneEpoch epoch) => _options.Progress?.Report(new FineTuneProgress(
        run, Math.Max(run, Runs), choice.LearningRate, epoch.Epoch, _training!.Length, epoch.Loss, epoch.ValidationAccuracy, _timer.Elapsed,
        _timer.Remaining(StepsDone(epoch.Epoch), Enumerable.Range(0, Math.Max(run, Runs)).Sum(Cost)))
    {
        Unlabelled = choice.Unlabelled,
    });
}
