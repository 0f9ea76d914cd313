namespace ScoringService.Model;

/// <summary>
/// Looks at the model file now and then and loads what is new. Polling, because notices of changes do not come from every file
/// system and not through every link. What cannot be used is logged once and changes nothing.
/// </summary>
internal sealed partial class ModelWatcher(ModelSlot slot, ServiceOptions options, ILogger<ModelWatcher> log) : BackgroundService
{
    private readonly string _path = Path.GetFullPath(options.Model);
    private State? _seen;

    /// <summary>Loads the model before the service listens.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Look();
        if (_seen == default(State)) LogWaiting(_path);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(options.PollSeconds));
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await Look();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task Look()
    {
        State state = Now();
        if (state == _seen) return;
        bool isFirst = _seen is null;
        // Before it is read: what is written meanwhile makes another state, and it is read again.
        _seen = state;
        if (state == default)
        {
            if (!isFirst) LogGone(_path);
            return;
        }

        try
        {
            ImageModel model = ImageModel.Load(_path, options);
            await slot.Replace(model);
            LogLoaded(_path, model.Description.Bytes, model.Description.Sha256, model.Description.Classes.Count);
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            string what = problem.Message.Replace(_path, Path.GetFileName(_path), StringComparison.Ordinal);
            slot.Refuse(new RefusedModel(state.Modified, what));
            LogRefused(_path, problem.Message);
        }
    }

    private State Now()
    {
        try
        {
            FileInfo file = new(_path);
            if (file.ResolveLinkTarget(returnFinalTarget: true) is FileSystemInfo target) file = new FileInfo(target.FullName);
            return file.Exists ? new State(file.FullName, file.LastWriteTimeUtc, file.Length) : default;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Replaced between two questions: the next look will tell.
            return default;
        }
    }

    [LoggerMessage(LogLevel.Information, "The model {Path} is loaded: {Bytes} bytes, {Classes} classes, SHA-256 {Sha256}.")]
    private partial void LogLoaded(string path, long bytes, string sha256, int classes);

    [LoggerMessage(LogLevel.Warning, "There is no model {Path} yet; it is loaded when it is there. Another one: --model FILE.")]
    private partial void LogWaiting(string path);

    [LoggerMessage(LogLevel.Warning, "The model {Path} is gone; the loaded one goes on scoring.")]
    private partial void LogGone(string path);

    [LoggerMessage(LogLevel.Error, "The model {Path} is not used; the one before, if any, goes on scoring. {Problem}")]
    private partial void LogRefused(string path, string problem);

    private readonly record struct State(string File, DateTime Modified, long Length);
}
