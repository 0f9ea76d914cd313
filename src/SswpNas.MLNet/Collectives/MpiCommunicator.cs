namespace SswpNas.MLNet.Collectives;

/// <summary>
/// Messages by MPI. Every call is one that does not block, and is then waited for with an eye on the others: whether one has
/// failed, and how long it takes.
/// </summary>
internal sealed unsafe class MpiCommunicator : ICommunicator
{
    private const int Data = 1, Failure = 2, Waiting = 3; // tags
    private const int NoteDoubles = 64;
    private const int StatusBytes = 256; // more than any library's
    private const int SpinsBetweenLooks = 256;

    private static readonly TimeSpan _rollCall = TimeSpan.FromSeconds(2);
    private static int _opened;

    private readonly MpiLibrary _mpi;
    private readonly TimeSpan _limit;
    private readonly double[] _note = GC.AllocateArray<double>(NoteDoubles, pinned: true);
    private readonly nint _status = Marshal.AllocHGlobal(StatusBytes);
    private readonly NativeNumbers _given = new();
    private readonly NativeNumbers _got = new();
    private readonly string[] _hosts;
    private bool _isFailing;
    private bool _isClosed;

    private MpiCommunicator(MpiLibrary mpi, TimeSpan limit)
    {
        (_mpi, _limit) = (mpi, limit);
        int initialised = 0, level = 0, rank = 0, size = 0;
        _ = mpi.Initialized(&initialised);
        if (initialised == 0) _ = mpi.InitThread(0, 0, mpi.Serialized, &level);
        _ = mpi.CommRank(mpi.World, &rank);
        _ = mpi.CommSize(mpi.World, &size);
        (Rank, Size) = (rank, size);
        Name = $"rank {Rank} of {Size} on {Environment.MachineName}, process {Environment.ProcessId}, {mpi.Version} ({mpi.File})";
        _hosts = this.GatherTexts(Environment.MachineName);
    }

    public int Rank { get; }

    public int Size { get; }

    public string Name { get; }

    public static MpiCommunicator Open(Launcher launcher, TimeSpan limit)
    {
        if (Interlocked.Exchange(ref _opened, 1) != 0)
            throw new InvalidOperationException("The ranks were asked for twice, but MPI can be opened once in a process. Use the first ones.");
        return new MpiCommunicator(MpiLibrary.Load(launcher), limit);
    }

    public void AllGather(ReadOnlySpan<double> own, Span<double> all, ReadOnlySpan<int> counts)
    {
        Span<int> places = stackalloc int[Size];
        for (int rank = 1; rank < Size; rank++) places[rank] = places[rank - 1] + counts[rank - 1];
        double* from = _given.Of(own.Length), to = _got.Of(all.Length);
        own.CopyTo(new Span<double>(from, own.Length));
        fixed (int* sizes = counts, starts = places)
        {
            nint request = 0;
            _ = _mpi.AllGather(from, own.Length, _mpi.Double, to, sizes, starts, _mpi.Double, _mpi.World, &request);
            Wait(&request);
        }

        new ReadOnlySpan<double>(to, all.Length).CopyTo(all);
    }

    public void Broadcast(Span<double> numbers, int from)
    {
        double* there = _got.Of(numbers.Length);
        numbers.CopyTo(new Span<double>(there, numbers.Length));
        nint request = 0;
        _ = _mpi.Broadcast(there, numbers.Length, _mpi.Double, from, _mpi.World, &request);
        Wait(&request);
        new ReadOnlySpan<double>(there, numbers.Length).CopyTo(numbers);
    }

    public void Send(ReadOnlySpan<double> numbers, int to)
    {
        double* there = _given.Of(numbers.Length);
        numbers.CopyTo(new Span<double>(there, numbers.Length));
        nint request = 0;
        _ = _mpi.Send(there, numbers.Length, _mpi.Double, to, Data, _mpi.World, &request);
        Wait(&request);
    }

    public void Receive(Span<double> numbers, int from)
    {
        double* there = _got.Of(numbers.Length);
        nint request = 0;
        _ = _mpi.Receive(there, numbers.Length, _mpi.Double, from, Data, _mpi.World, &request);
        Wait(&request);
        new ReadOnlySpan<double>(there, numbers.Length).CopyTo(numbers);
    }

    public void Fail(string reason)
    {
        if (_isFailing || _isClosed) return;
        _isFailing = true;
        Span<byte> text = MemoryMarshal.AsBytes(_note.AsSpan());
        text.Clear();
        Encoding.UTF8.GetEncoder().Convert($"{Name}: {reason}", text[..^1], flush: true, out _, out _, out _);
        Tell(Failure);
    }

    public void Dispose()
    {
        if (_isClosed) return;
        _isClosed = true;
        // After a failure the others may never come to the end; the launcher sees this process's exit code.
        if (_isFailing) return; // and messages may still be under way, from and to the memory here
        _ = _mpi.Finalize();
        Marshal.FreeHGlobal(_status);
        _given.Dispose();
        _got.Dispose();
    }

    /// <summary>Sends the note to all others and goes on without waiting for them.</summary>
    private void Tell(int tag)
    {
        fixed (double* first = _note)
        {
            for (int rank = 0; rank < Size; rank++)
            {
                if (rank == Rank) continue;
                nint request = 0;
                int done = 0;
                _ = _mpi.Send(first, NoteDoubles, _mpi.Double, rank, tag, _mpi.World, &request);
                _ = _mpi.Test(&request, &done, (void*)_status);
            }
        }
    }

    private void Wait(nint* request)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        long start = Stopwatch.GetTimestamp();
        SpinWait spin = default;
        for (int look = 1; ; look++)
        {
            int done = 0;
            _ = _mpi.Test(request, &done, (void*)_status);
            if (done != 0) return;
            spin.SpinOnce(sleep1Threshold: -1); // gives the core to other ranks, and never sleeps a millisecond
            if (look % SpinsBetweenLooks != 0) continue;
            ThrowIfOneFailed();
            if (Stopwatch.GetElapsedTime(start) > _limit) End();
        }
    }

    private void ThrowIfOneFailed()
    {
        for (int rank = 0; rank < Size; rank++)
        {
            if (rank == Rank || !Take(rank, Failure)) continue;
            _isFailing = true; // it has told everybody
            throw new InvalidOperationException(
                $"Another rank ended, so this one does too: {Encoding.UTF8.GetString(MemoryMarshal.AsBytes(_note.AsSpan())).TrimEnd('\0')}");
        }
    }

    /// <summary>Takes a note of another rank's, if there is one.</summary>
    private bool Take(int rank, int tag)
    {
        int there = 0;
        _ = _mpi.Probe(rank, tag, _mpi.World, &there, (void*)_status);
        if (there == 0) return false;
        fixed (double* first = _note)
        {
            nint request = 0;
            int done = 0;
            _ = _mpi.Receive(first, NoteDoubles, _mpi.Double, rank, tag, _mpi.World, &request);
            while (done == 0) _ = _mpi.Test(&request, &done, (void*)_status);
        }

        return true;
    }

    /// <summary>Asks who is waiting too, names the others, and ends all ranks.</summary>
    private void End()
    {
        Tell(Waiting);
        bool[] waits = new bool[Size];
        waits[Rank] = true;
        long start = Stopwatch.GetTimestamp();
        while (waits.Contains(false) && Stopwatch.GetElapsedTime(start) < _rollCall)
        {
            for (int rank = 0; rank < Size; rank++)
                if (!waits[rank]) waits[rank] = Take(rank, Waiting);
            Thread.Sleep(1);
        }

        string missing = string.Join(", ", Enumerable.Range(0, Size).Where(rank => !waits[rank]).Select(rank => $"rank {rank} on {_hosts[rank]}"));
        string who = missing.Length > 0 ? $"{missing} has not answered" : "no message came through";
        string seconds = _limit.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture);
        if (Array.IndexOf(waits, true) == Rank)
            Console.Error.WriteLine($"SswpNas.MLNet: {who} for {seconds} s; all ranks end. Said by {Name}.");
        _ = _mpi.Abort(_mpi.World, 1);
        throw new InvalidOperationException($"The ranks ended: {who} for {seconds} s. Run the job again; it goes on from the last checkpoint.");
    }
}
