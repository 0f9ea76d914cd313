namespace SswpNas.MLNet.Checkpoints;

/// <summary>
/// Keeps the checkpoints of one run: decides when there is one, and resumes a run. Without options it keeps none.
/// </summary>
internal sealed class CheckpointManager : IDisposable
{
    private readonly CheckpointOptions? _options;
    private readonly CheckpointFolder? _folder;
    private readonly Action<string> _info;
    private readonly Action<string> _warn;
    private readonly CancellationBehavior _behavior;
    private readonly CancellationToken _token;
    private readonly RankAgreement _ranks;
    private IReadOnlyDictionary<string, string> _identity = new Dictionary<string, string>();
    private long _saved = Stopwatch.GetTimestamp();

    private CheckpointManager(
        CheckpointOptions? options, CheckpointFolder? folder, Action<string> info, Action<string> warn,
        CancellationBehavior behavior, RankAgreement ranks, CancellationToken token)
    {
        (_options, _folder, _info, _warn, _behavior, _token, _ranks) = (options, folder, info, warn, behavior, token, ranks);
    }

    /// <summary>For a run that keeps nothing.</summary>
    public static CheckpointManager Without(
        CancellationBehavior behavior = CancellationBehavior.Throw, CancellationToken token = default) =>
        new(null, null, _ => { }, _ => { }, behavior, RankAgreement.Alone, token);

    /// <summary>Locks the folder, if the options name one: to be done before any long work.</summary>
    /// <exception cref="IOException">Another run is using it, or it cannot be written.</exception>
    public static CheckpointManager Open(
        CheckpointOptions? options, CancellationBehavior behavior, RunLog log, RankAgreement ranks, CancellationToken token) =>
        new(
            options, options is null ? null : CheckpointFolder.Open(options.Folder), log.Info, log.Warn, behavior, ranks, token);

    /// <summary>
    /// Sets the run to its last checkpoint; if there is none, makes the first one, so that a folder that cannot be written is
    /// found out now. Several ranks go on from the first one's.
    /// </summary>
    public void Resume(IRunState state, Func<IReadOnlyDictionary<string, string>> identity)
    {
        if (_folder is not null || _ranks.AreSeveral) _identity = identity();
        _ranks.Check(_identity);
        Checkpoint? last = null;
        if (_folder?.ReadLast(_warn) is var (there, checkpoint))
        {
            RunIdentity.Check(_folder.ToString(), there, _identity);
            last = checkpoint;
        }

        if (_ranks.FromFirst(last) is Checkpoint found)
        {
            state.Load(found);
            _info($"Resumes from the checkpoint '{found.Source}'.");
        }
        else
        {
            _folder?.Write(_identity, state.Save());
        }
    }

    /// <summary>Sets the run back to its last checkpoint.</summary>
    public bool GoBack(IRunState state)
    {
        if (_ranks.FromFirst(_folder?.ReadLast(_warn)?.Checkpoint) is not Checkpoint checkpoint) return false;
        state.Load(checkpoint);
        _saved = Stopwatch.GetTimestamp();
        return true;
    }

    /// <summary>Writes a line to the log.</summary>
    public void Warn(string line) => _warn(line);

    /// <summary>A step has ended: a checkpoint, if the minutes are over.</summary>
    public void StepDone(IRunState state)
    {
        if (_options?.EveryMinutes is double minutes && Stopwatch.GetElapsedTime(_saved).TotalMinutes >= minutes) Try(state);
    }

    /// <summary>An epoch has ended: a checkpoint, if enough of them have or if it was the last one.</summary>
    public void EpochDone(IRunState state, int epochs, bool last)
    {
        _ranks.CheckSame(state);
        if (_options is not null && (last || epochs % _options.EveryEpochs == 0)) Try(state);
    }

    /// <summary>A part of the run begins from which it must not go back: a checkpoint.</summary>
    public void PartBegins(IRunState state)
    {
        if (_folder is not null) Try(state);
    }

    /// <summary>Leaves a checkpoint if the run is cancelled.</summary>
    /// <returns>Whether the run has to end and return what it has found.</returns>
    /// <exception cref="OperationCanceledException">It is cancelled and has no result to return, or none is wanted.</exception>
    public bool Stops(IRunState state, bool hasResult)
    {
        if (!_ranks.Stops(_token)) return false;
        string? problem = _folder is null ? null : Try(state);
        if (hasResult && _behavior == CancellationBehavior.Return) return true;
        throw problem is null
            ? new OperationCanceledException(_token)
            : new OperationCanceledException($"The run was cancelled, and left no new checkpoint. {problem}", _token);
    }

    /// <summary>After the last step, where there is nothing more to save.</summary>
    public void ThrowIfCancelled()
    {
        if (_behavior == CancellationBehavior.Throw) _ranks.Token(_token).ThrowIfCancellationRequested();
    }

    public void Dispose() => _folder?.Dispose();

    /// <summary>A full disk must not end the run: it is logged, and the next checkpoint may succeed.</summary>
    private string? Try(IRunState state)
    {
        string? problem = null;
        Checkpoint checkpoint = state.Save();
        if (checkpoint.NonFiniteTensor() is string name)
        {
            problem = $"No checkpoint was made, because '{name}' has numbers that are NaN or infinite.";
        }
        else
        {
            try
            {
                if (_folder!.IsGone)
                    _warn($"The folder of checkpoints '{_folder}' was deleted while the run was using it; it is made again, without those before.");
                _folder.Write(_identity, checkpoint);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                problem = e.Message;
            }
        }

        if (problem is not null) _warn(problem);
        _saved = Stopwatch.GetTimestamp();
        return problem;
    }
}
