namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>
/// Threads that run the parts of one piece of work after another. Between two pieces they spin for a moment before they
/// sleep, since a step is hundreds of pieces of a fraction of a millisecond. Who runs a part never changes a result:
/// parts write apart from one another and are summed in their order.
/// </summary>
internal sealed class WorkTeam : IDisposable
{
    // Waking a sleeping thread takes longer than most pieces, above all on a virtual machine.
    private static readonly long SpinTicks = Stopwatch.Frequency / 250;

    private readonly Thread[] _helpers;
    private readonly ManualResetEventSlim[] _wake; // one a helper, so that none takes another's call
    private readonly Lock _gate = new();
    private Action<int, int>? _work;
    private Exception? _failure;
    private int _parts;
    private int _next;
    private int _busy; // helpers that look for parts
    private int _open; // 1 while there is work to join
    private volatile int _generation;
    private volatile bool _ending;

    /// <param name="threads">How many, with the caller's.</param>
    /// <param name="start">For tests: starts a thread.</param>
    /// <exception cref="InvalidOperationException">The system gives out no more threads; none of the team is left.</exception>
    public WorkTeam(int threads, Action<Thread>? start = null)
    {
        Threads = Math.Max(1, threads);
        _helpers = new Thread[Threads - 1];
        _wake = [.. _helpers.Select(_ => new ManualResetEventSlim())];
        for (int i = 0; i < _helpers.Length; i++)
        {
            int number = i + 1;
            _helpers[i] = new Thread(() => Help(number)) { IsBackground = true, Name = "SswpNas kernel" };
            try
            {
                (start ?? (thread => thread.Start()))(_helpers[i]);
            }
            catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
            {
                Dispose();
                throw new InvalidOperationException(
                    $"The system started {i} of {Threads - 1} threads and no more: {e.Message} Lower the option Threads.", e);
            }
        }
    }

    public int Threads { get; }

    /// <summary>Runs work(part, thread) for each part; threads are numbered 0..Threads - 1.</summary>
    public void Run(int parts, Action<int, int> work)
    {
        if (_helpers.Length == 0 || parts == 1)
        {
            for (int i = 0; i < parts; i++) work(i, 0);
            return;
        }

        lock (_gate)
        {
            _work = work;
            _parts = parts;
            _next = 0;
            _failure = null;
            Interlocked.Exchange(ref _open, 1);
            _generation++;
            WakeAll();
            TakeParts(0);

            // Who has not come until now is not waited for: on a busy machine a helper may sleep for long.
            Interlocked.Exchange(ref _open, 0);
            WaitForHelpers();
            _work = null;
            if (_failure is not null) throw new AggregateException(_failure);
        }
    }

    public void Dispose()
    {
        _ending = true;
        _generation++;
        WakeAll();
        foreach (Thread helper in _helpers.Where(helper => helper?.ThreadState.HasFlag(System.Threading.ThreadState.Unstarted) == false))
            helper.Join();
        foreach (ManualResetEventSlim wake in _wake) wake.Dispose();
    }

    private void Help(int number)
    {
        int seen = 0;
        while (true)
        {
            WaitForWork(seen, _wake[number - 1]);
            seen = _generation;
            if (_ending) return;
            Interlocked.Increment(ref _busy);
            if (Volatile.Read(ref _open) == 1) TakeParts(number);
            Interlocked.Decrement(ref _busy);
        }
    }

    private void WakeAll()
    {
        foreach (ManualResetEventSlim wake in _wake) wake.Set();
    }

    private void WaitForHelpers()
    {
        for (int spin = 0; Volatile.Read(ref _busy) > 0; spin++)
        {
            Thread.SpinWait(10);
            if (spin % 50 == 49) Thread.Yield();
        }
    }

    private void WaitForWork(int seen, ManualResetEventSlim wake)
    {
        long end = Stopwatch.GetTimestamp() + SpinTicks;
        while (Stopwatch.GetTimestamp() < end)
        {
            for (int spin = 0; spin < 50; spin++)
            {
                if (_generation != seen) return;
                Thread.SpinWait(10);
            }

            Thread.Yield();
        }

        while (true)
        {
            // A generation that begins after the look sets the event after the reset.
            wake.Reset();
            if (_generation != seen) return;
            wake.Wait();
        }
    }

    private void TakeParts(int thread)
    {
        try
        {
            Action<int, int> work = _work!;
            for (int part = Interlocked.Increment(ref _next) - 1; part < _parts;
                 part = Interlocked.Increment(ref _next) - 1)
            {
                work(part, thread);
            }
        }
        catch (Exception problem)
        {
            _failure = problem;
            Volatile.Write(ref _next, _parts);
        }
    }
}
