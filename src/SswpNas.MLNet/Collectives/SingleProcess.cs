namespace SswpNas.MLNet.Collectives;

/// <summary>One process alone: nothing to send to anybody, and no library needed for it.</summary>
internal sealed class SingleProcess : ICommunicator
{
    public int Rank => 0;

    public int Size => 1;

    public string Name => "one process";

    public void AllGather(ReadOnlySpan<double> own, Span<double> all, ReadOnlySpan<int> counts) => own.CopyTo(all);

    public void Broadcast(Span<double> numbers, int from)
    {
    }

    public void Send(ReadOnlySpan<double> numbers, int to) => throw Nobody();

    public void Receive(Span<double> numbers, int from) => throw Nobody();

    public void Fail(string reason)
    {
    }

    public void Dispose()
    {
    }

    private static InvalidOperationException Nobody() => new("There is no other rank; several were expected.");
}
