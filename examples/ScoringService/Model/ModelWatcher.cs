using System.Diagnostics;
using System.Security.Cryptography;

namespace ScoringService.Model;

/// <summary>
/// Looks at the model file now and then and loads what is new. Polling, because notices of changes do not come from every file
/// system and not through every link. What cannot be used is logged once, changes nothing, and is tried again after pauses that
/// grow: a file may become readable without a change of its own.
/// </summary>
internal sealed partial class ModelWatcher(ModelSlot slot, ServiceOptions options, ILogger<ModelWatcher> log) : BackgroundService
{
    // Of the time between two looks at the content, the part that reading it may take.
    private const double MostOfTime = 0.05;

    private static readonly TimeSpan _longestPause = TimeSpan.FromMinutes(5);

    private readonly string _path = Path.GetFullPath(options.Model);
    private readonly TimeSpan _poll = TimeSpan.FromSeconds(options.PollSeconds);
    private State? _seen;
    private string _content = "", _loaded = "", _problem = "";
    private TimeSpan _pause, _nextTry = TimeSpan.MaxValue, _nextReading = TimeSpan.Zero;

    private static TimeSpan Clock => Stopwatch.GetElapsedTime(0);

    /// <summary>Loads the model before the service listens.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Look(cancellationToken);
        if (_seen == default(State)) LogWaiting(_path);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(_poll);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await Look(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task Look(CancellationToken cancel)
    {
        State state = Now();
        bool isSame = state == _seen, isFirst = _seen is null;
        if (isSame && (state == default || (Clock < _nextTry && !HasOtherContent()))) return;
        // Before it is read: what is written meanwhile makes another state, and it is read again.
        _seen = state;
        if (state == default)
        {
            _nextTry = TimeSpan.MaxValue;
            if (!isFirst) LogGone(_path);
            return;
        }

        if (!isSame) _pause = TimeSpan.Zero;
        try
        {
            await Load(cancel);
            (_nextTry, _problem) = (TimeSpan.MaxValue, "");
        }
        catch (Exception problem) when (problem is not OutOfMemoryException && !cancel.IsCancellationRequested)
        {
            Refuse(problem, state, isSame);
        }
    }

    private async Task Load(CancellationToken cancel)
    {
        TimeSpan start = Clock;
        byte[] bytes = RegularFile.Bytes(_path, ImageModel.MostBytes);
        _content = Sum(bytes);
        NextReading(Clock - start);
        if (_content == _loaded)
        {
            slot.Accept(); // the one that scores is back in its place
            return;
        }

        await ModelTrial.Run(bytes, _path, options, cancel);
        ImageModel model = ImageModel.Of(bytes, _path, options);
        await slot.Replace(model);
        _loaded = _content;
        LogLoaded(_path, model.Description.Bytes, model.Description.Sha256, model.Description.Classes.Count);
    }

    private void Refuse(Exception problem, State state, bool isSame)
    {
        _pause = _pause == TimeSpan.Zero ? _poll : TimeSpan.FromTicks(Math.Min(2 * _pause.Ticks, _longestPause.Ticks));
        _nextTry = Clock + _pause;
        string what = problem.Message.Replace(_path, Path.GetFileName(_path), StringComparison.Ordinal);
        slot.Refuse(new RefusedModel(state.Modified, what));
        if (!isSame || problem.Message != _problem) LogRefused(_path, problem.Message);
        _problem = problem.Message;
    }

    /// <summary>A file of the same time and length may be another one.</summary>
    private bool HasOtherContent()
    {
        if (Clock < _nextReading) return false;
        TimeSpan start = Clock;
        try
        {
            using FileStream file = RegularFile.Open(_path, ImageModel.MostBytes, FileShare.ReadWrite | FileShare.Delete);
            return Convert.ToHexStringLower(SHA256.HashData(file)) != _content;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return false; // it is replaced just now, or was refused for that
        }
        finally
        {
            NextReading(Clock - start);
        }
    }

    private void NextReading(TimeSpan took) => _nextReading = Clock + (took / MostOfTime);

    private static string Sum(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

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
