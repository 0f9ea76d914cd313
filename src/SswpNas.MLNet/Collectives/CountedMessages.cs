namespace SswpNas.MLNet.Collectives;

/// <summary>Counts what goes through another communicator.</summary>
internal sealed class CountedMessages(ICommunicator inner) : ICommunicator
{
    public int Rank => inner.Rank;

    public int Size => inner.Size;

    public string Name => inner.Name;

    /// <summary>Calls so far.</summary>
    public long Calls { get; private set; }

    /// <summary>Bytes that this rank gave.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Bytes that came from others.</summary>
    public long BytesReceived { get; private set; }

    /// <summary>Time in calls, waiting for others included.</summary>
    public TimeSpan Time { get; private set; }

    public void AllGather(ReadOnlySpan<double> own, Span<double> all, ReadOnlySpan<int> counts)
    {
        long start = Stopwatch.GetTimestamp();
        inner.AllGather(own, all, counts);
        Count(start, own.Length, all.Length - own.Length);
    }

    public void Broadcast(Span<double> numbers, int from)
    {
        long start = Stopwatch.GetTimestamp();
        inner.Broadcast(numbers, from);
        Count(start, Rank == from ? numbers.Length : 0, Rank == from ? 0 : numbers.Length);
    }

    public void Send(ReadOnlySpan<double> numbers, int to)
    {
        long start = Stopwatch.GetTimestamp();
        inner.Send(numbers, to);
        Count(start, numbers.Length, 0);
    }

    public void Receive(Span<double> numbers, int from)
    {
        long start = Stopwatch.GetTimestamp();
        inner.Receive(numbers, from);
        Count(start, 0, numbers.Length);
    }

    public void Fail(string reason) => inner.Fail(reason);

    public void Dispose() => inner.Dispose();

    /// <summary>For the log.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Calls} messages, {BytesSent / 1e6:F1} MB from here and {BytesReceived / 1e6:F1} MB from others, in {Time.TotalSeconds:F1} s with waiting");

    private void Count(long start, int sent, int received)
    {
        Calls++;
        BytesSent += (long)sent * sizeof(double);
        BytesReceived += (long)received * sizeof(double);
        Time += Stopwatch.GetElapsedTime(start);
    }
}
