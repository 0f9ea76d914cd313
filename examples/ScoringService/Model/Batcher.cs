using System.Diagnostics.Metrics;
using System.Threading.Channels;

namespace ScoringService.Model;

/// <summary>
/// Images of all requests, put into batches for one run of the network. While a batch is scored the next one gathers, so that
/// batches grow with the load and nobody waits for others when there is none; <c>BatchMilliseconds</c> makes them wait.
/// </summary>
internal sealed class Batcher : IAsyncDisposable
{
    /// <summary>The name of the meter, for dotnet-counters and the like.</summary>
    public const string MeterName = "ScoringService";

    private static readonly Meter _meter = new(MeterName);
    private static readonly Histogram<int> _sizes = _meter.CreateHistogram<int>("batch", "images", "Images of a run");

    private readonly Network _network;
    private readonly int _most;
    private readonly TimeSpan _patience;
    private readonly Channel<Job> _jobs;
    private readonly Task _work;
    private Task<bool>? _more;

    public Batcher(Network network, ServiceOptions options)
    {
        _network = network;
        _most = options.BatchImages;
        _patience = TimeSpan.FromMilliseconds(options.BatchMilliseconds);
        // Full, it makes requests wait; how many of them there are is the rate limiter's business.
        _jobs = Channel.CreateBounded<Job>(new BoundedChannelOptions(2 * _most) { SingleReader = true });
        _work = Task.Run(Work);
    }

    /// <summary>The scores of an image, when its batch is done.</summary>
    /// <exception cref="OperationCanceledException">The request was given up.</exception>
    public async Task<float[]> Score(float[] image, CancellationToken cancel)
    {
        Job job = new(image, cancel);
        await _jobs.Writer.WriteAsync(job, cancel);
        return await job.Scores.Task.WaitAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        _jobs.Writer.Complete();
        await _work;
        _network.Dispose();
    }

    private async Task Work()
    {
        List<Job> batch = [];
        while (await More())
        {
            await Gather(batch);
            if (batch.Count > 0) Run(batch);
            batch.Clear();
        }
    }

    private async Task Gather(List<Job> batch)
    {
        Task? late = null;
        while (batch.Count < _most)
        {
            if (_jobs.Reader.TryRead(out Job? job))
            {
                if (!job.Cancel.IsCancellationRequested) batch.Add(job);
                continue;
            }

            if (_patience == TimeSpan.Zero || late is { IsCompleted: true }) return;
            late ??= Task.Delay(_patience);
            if (await Task.WhenAny(More(), late) == late || !await More()) return;
        }
    }

    /// <summary>Whether there is a job, false at the end. A wait that is under way goes on.</summary>
    private Task<bool> More()
    {
        if (_more is null or { IsCompleted: true }) _more = _jobs.Reader.WaitToReadAsync().AsTask();
        return _more;
    }

    private void Run(List<Job> batch)
    {
        try
        {
            float[][] scores = _network.Run([.. batch.Select(job => job.Image)]);
            _sizes.Record(batch.Count);
            for (int i = 0; i < scores.Length; i++) batch[i].Scores.SetResult(scores[i]);
        }
        catch (Exception e)
        {
            foreach (Job job in batch) job.Scores.TrySetException(e);
        }
    }

    private sealed record Job(float[] Image, CancellationToken Cancel)
    {
        public TaskCompletionSource<float[]> Scores { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
