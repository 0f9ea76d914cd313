namespace SswpNas.MLNet.Training;

/// <summary>How a training loop came to its end.</summary>
internal enum TrainingEnd
{
    /// <summary>All epochs are done, or as many as there should be.</summary>
    Done,

    /// <summary>It was cancelled, and what was found is wanted.</summary>
    Stopped,

    /// <summary>The run was set back to its last checkpoint and has to go on from there.</summary>
    WentBack,
}

/// <summary>Where a training loop is; in a checkpoint.</summary>
internal sealed record TrainingLoopState(int Epoch, int Step, int Taken, double Seconds, LossState Losses)
{
    /// <summary>Whether a loop of so many epochs of so many steps may be there.</summary>
    public bool IsSane(int epochs, int steps) =>
        Epoch >= 0 && Epoch <= epochs && Step >= 0 && Step <= steps && (Epoch < epochs || Step == 0) && Taken >= 0 && Taken <= Step
        && double.IsFinite(Seconds) && Seconds >= 0 && Losses.IsSane && Losses.Steps == Step;
}

/// <summary>The figures of a step or an epoch, for progress and records.</summary>
internal readonly record struct TrainingReport(
    int Epoch, int Steps, double Loss, double LearningRate, int Skipped, double Seconds);

/// <summary>What a run does in its epochs and steps, in the order given by <see cref="TrainingLoop"/>'s.</summary>
internal interface ITrainingTask
{
    /// <summary>Whether there are to be no more epochs.</summary>
    bool HasEnded => false;

    /// <summary>Mean loss of the epoch before; NaN for none.</summary>
    double LastLoss { get; }

    /// <summary>Before the first step of an epoch, or the next one where it is resumed in its middle.</summary>
    void BeginEpoch(int epoch);

    /// <summary>Learning rate of a step, counted over all epochs.</summary>
    double LearningRate(long step);

    /// <summary>The forward and backward pass of a step.</summary>
    LossValue ForwardBackward(int index, long step);

    /// <summary>After the weights have moved, or have not because the step was skipped.</summary>
    void AfterStep(long step, bool moved)
    {
    }

    /// <summary>After each step; the loss may be of the epoch before.</summary>
    void Report(TrainingReport report)
    {
    }

    /// <summary>After the last step of an epoch.</summary>
    /// <returns>False if it was cancelled; it is asked again when the run is resumed.</returns>
    bool EndEpoch(TrainingReport report);
}

/// <summary>
/// Runs the epochs and steps of a run: updates the weights, skips non-finite steps, keeps checkpoints, stops when
/// cancelled. It can resume at any step.
/// </summary>
internal sealed class TrainingLoop : IDisposable
{
    private readonly int _epochs;
    private readonly int _steps;
    private readonly NetworkEngine _engine;
    private readonly WeightOptimizer _optimizer;
    private readonly StatisticsBlock _statistics;
    private readonly NonFiniteGuard _guard;
    private readonly CheckpointManager _keeper;
    private LossMean _losses = new();
    private int _epoch;
    private int _step;
    private int _taken;
    private double _before; // seconds of the current epoch before the run was taken up
    private long _start = Stopwatch.GetTimestamp();

    /// <param name="epochs">Epochs in all.</param>
    /// <param name="steps">Steps of an epoch.</param>
    /// <param name="engine">Where it is computed.</param>
    /// <param name="optimizer">Moves the weights.</param>
    /// <param name="statistics">The network's running statistics, which a skipped step leaves as they are.</param>
    /// <param name="guard">Counts skipped steps.</param>
    /// <param name="keeper">Keeps checkpoints.</param>
    public TrainingLoop(
        int epochs, int steps, NetworkEngine engine, WeightOptimizer optimizer, StatisticsBlock statistics, NonFiniteGuard guard,
        CheckpointManager keeper)
    {
        (_epochs, _steps, _engine, _optimizer) = (epochs, steps, engine, optimizer);
        (_statistics, _guard, _keeper) = (statistics, guard, keeper);
    }

    /// <summary>Steps done over all epochs.</summary>
    public long Done => ((long)_epoch * _steps) + _step;

    public TrainingLoopState State
    {
        get
        {
            Fetch();
            return new TrainingLoopState(_epoch, _step, _taken, Seconds, _losses.State);
        }

        set
        {
            (_epoch, _step, _taken, _before) = (value.Epoch, value.Step, value.Taken, value.Seconds);
            _losses.State = value.Losses;
            _start = Stopwatch.GetTimestamp();
            _optimizer.Reload();
        }
    }

    private double Seconds => _before + Stopwatch.GetElapsedTime(_start).TotalSeconds;

    /// <summary>Runs from where it is.</summary>
    public TrainingEnd Run(ITrainingTask work, IRunState run, Func<bool> givesBack)
    {
        while (_epoch < _epochs && !work.HasEnded)
        {
            work.BeginEpoch(_epoch);
            _losses.Before = work.LastLoss;
            while (_step < _steps)
            {
                if (_keeper.Stops(run, givesBack())) return TrainingEnd.Stopped;
                Take(work);
                if (_step == _steps) Fetch();
                work.Report(ReportNow(work));
                if (_guard.GoesBack(_keeper, run, _step == _steps && _taken == 0, _steps)) return TrainingEnd.WentBack;
                if (!_guard.HasJustSkipped && _step < _steps) _keeper.StepDone(run);
            }

            if (!EndEpoch(work, run) && _keeper.Stops(run, givesBack())) return TrainingEnd.Stopped;
        }

        return TrainingEnd.Done;
    }

    public void Dispose() => _losses.Dispose();

    /// <summary>One step of the weights.</summary>
    private void Take(ITrainingTask work)
    {
        long step = Done;
        _statistics.Keep();
        LossValue loss = work.ForwardBackward(_step, step);
        bool finite = !loss.IsNotFinite;
        _losses.Add(loss);
        if (finite)
        {
            int skipped = _optimizer.Skipped;
            _optimizer.Step(work.LearningRate(step) * _guard.LearningRateFactor);
            finite = _optimizer.Skipped == skipped;
        }

        if (!finite) _statistics.Restore();
        else if (_engine.IsAsynchronous) _statistics.RestoreIfNotFinite();
        _guard.Count(finite, step);
        _step++;
        if (finite) _taken++;
        work.AfterStep(step, finite);
    }

    /// <summary>On a device, the one wait of an epoch (or checkpoint): what was skipped there shows now.</summary>
    private void Fetch()
    {
        _losses.Fetch();
        int skipped = _optimizer.Skipped;
        _optimizer.Fetch();
        skipped = _optimizer.Skipped - skipped;
        if (skipped <= 0) return;
        _taken -= skipped;
        _guard.CountLate(skipped, (long)_epoch * _steps);
    }

    private bool EndEpoch(ITrainingTask work, IRunState run)
    {
        if (!work.EndEpoch(ReportNow(work))) return false;
        _guard.EndEpoch();
        (_epoch, _step, _taken, _before, _start) = (_epoch + 1, 0, 0, 0, Stopwatch.GetTimestamp());
        _losses.Dispose();
        _losses = new LossMean();
        bool last = _epoch == _epochs || work.HasEnded;
        if (last || !_guard.HasJustSkipped) _keeper.EpochDone(run, _epoch, last);
        return true;
    }

    private TrainingReport ReportNow(ITrainingTask work)
    {
        double rate = work.LearningRate(Math.Max(0, Done - 1)) * _guard.LearningRateFactor;
        return new TrainingReport(_epoch, _step, _losses.Shown, rate, _guard.SkippedInEpoch, Seconds);
    }
}
