namespace SswpNas.MLNet.Training;

/// <summary>What a guard remembers in a checkpoint.</summary>
internal sealed record NonFiniteState(int Skipped, int AtEpochStart, int Counted, long First, int Returns)
{
    public static NonFiniteState None { get; } = new(0, 0, 0, -1, 0);

    public bool IsSane =>
        AtEpochStart >= 0 && Skipped >= AtEpochStart && Counted >= 0 && Counted <= Skipped && First >= -1 && Returns >= 0;
}

/// <summary>Counts the steps of a run whose loss or gradient is NaN or infinite, and says when it has to go back.</summary>
internal sealed class NonFiniteGuard(NonFiniteSteps options)
{
    private const string Advice = "Lower the learning rate, or raise the temperature or the batch.";

    private NonFiniteState _state = NonFiniteState.None;

    /// <summary>1 until the first rollback.</summary>
    public double LearningRateFactor => Math.Pow(options.LearningRateFactor, _state.Returns);

    /// <summary>Whether the last step was skipped; then it is no time for a checkpoint.</summary>
    public bool HasJustSkipped { get; private set; }

    public NonFiniteState State
    {
        get => _state;
        set => (_state, HasJustSkipped) = (value, false);
    }

    /// <summary>Steps of the current epoch that were skipped, those before a rollback included.</summary>
    public int SkippedInEpoch => _state.Skipped - _state.AtEpochStart;

    /// <summary>After each step.</summary>
    public void Count(bool finite, long step)
    {
        HasJustSkipped = !finite;
        if (!finite) CountLate(1, step);
    }

    /// <summary>Steps that show only later that they were skipped, the first of them not before the given one.</summary>
    public void CountLate(int skipped, long step) => _state = _state with
    {
        Skipped = _state.Skipped + skipped,
        Counted = _state.Counted + skipped,
        First = _state.First < 0 ? step : _state.First,
    };

    public void EndEpoch() => _state = _state with { AtEpochStart = _state.Skipped };

    /// <summary>
    /// Sets the run back to its last checkpoint, with a smaller learning rate, if too many steps were skipped.
    /// </summary>
    /// <exception cref="InvalidOperationException">It has rolled back too often, or there is no checkpoint.</exception>
    public bool GoesBack(CheckpointManager keeper, IRunState run, bool epochWasSkipped, int stepsPerEpoch)
    {
        if (_state.Counted < options.SkippedLimit && !epochWasSkipped) return false;
        NonFiniteState before = _state;
        string what = What(stepsPerEpoch);
        if (before.Returns >= options.MaxRollbacks) throw new InvalidOperationException($"{what}. {Returns()}{Advice}");
        if (!keeper.GoBack(run))
        {
            throw new InvalidOperationException(
                $"{what}. {Returns()}{Advice} With Checkpoints in the options the run would have rolled back and tried a smaller "
                + "learning rate.");
        }

        State = _state with { Skipped = before.Skipped, Counted = 0, First = -1, Returns = before.Returns + 1 };
        keeper.Warn(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}. Rolled back to the last checkpoint; the learning rate is {LearningRateFactor} of what it was at first."));
        return true;
    }

    private string What(int stepsPerEpoch) => string.Create(
        CultureInfo.InvariantCulture,
        $"The loss or its gradient was NaN or infinite in {_state.Counted} steps since step "
        + $"{(_state.First % stepsPerEpoch) + 1} of epoch {(_state.First / stepsPerEpoch) + 1}");

    private string Returns()
    {
        if (_state.Returns == 0) return "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The run has rolled back to a checkpoint {_state.Returns} times, the last time with {LearningRateFactor} of the learning rate, without success. ");
    }
}
