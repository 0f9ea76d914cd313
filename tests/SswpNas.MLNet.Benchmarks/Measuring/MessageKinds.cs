using SswpNas.MLNet.Collectives;

namespace SswpNas.MLNet.Benchmarks.Measuring;

/// <summary>What ranks exchanged, by kind: the times of another network follow from it.</summary>
/// <param name="Gathers">Messages of all to all.</param>
/// <param name="Gathered">Their bytes, all ranks' together.</param>
/// <param name="HandedOn">Messages from a rank to the next.</param>
/// <param name="HandedOnBytes">Their bytes, of one rank.</param>
/// <param name="Broadcasts">Messages of one to all.</param>
/// <param name="BroadcastBytes">Their bytes.</param>
internal readonly record struct Traffic(
    double Gathers, double Gathered, double HandedOn, double HandedOnBytes, double Broadcasts, double BroadcastBytes)
{
    /// <summary>
    /// Seconds on a network where a message takes <paramref name="latency"/> and then its bytes. Gathers and broadcasts go by trees, and
    /// what is handed on passes all ranks one after the other while they wait: as if nothing were hidden.
    /// </summary>
    public double Seconds(int ranks, double latency, double bytesPerSecond)
    {
        double levels = Math.Ceiling(Math.Log2(ranks)), others = ranks - 1;
        return (Gathers * latency * levels) + (Gathered * others / ranks / bytesPerSecond)
            + (others * ((HandedOn * latency) + (HandedOnBytes / bytesPerSecond)))
            + (Broadcasts * latency * levels) + (BroadcastBytes / bytesPerSecond);
    }

    public double[] Numbers => [Gathers, Gathered, HandedOn, HandedOnBytes, Broadcasts, BroadcastBytes];

    public static Traffic Of(ReadOnlySpan<double> n) => new(n[0], n[1], n[2], n[3], n[4], n[5]);
}

/// <summary>Counts what goes through another communicator, by kind.</summary>
internal sealed class MessageKinds(ICommunicator inner) : ICommunicator
{
    public Traffic Traffic { get; private set; }

    public int Rank => inner.Rank;

    public int Size => inner.Size;

    public string Name => inner.Name;

    public void Reset() => Traffic = default;

    public void AllGather(ReadOnlySpan<double> own, Span<double> all, ReadOnlySpan<int> counts)
    {
        inner.AllGather(own, all, counts);
        Traffic = Traffic with { Gathers = Traffic.Gathers + 1, Gathered = Traffic.Gathered + Bytes(all) };
    }

    public void Broadcast(Span<double> numbers, int from)
    {
        inner.Broadcast(numbers, from);
        Traffic = Traffic with { Broadcasts = Traffic.Broadcasts + 1, BroadcastBytes = Traffic.BroadcastBytes + Bytes(numbers) };
    }

    public void Send(ReadOnlySpan<double> numbers, int to)
    {
        inner.Send(numbers, to);
        Traffic = Traffic with { HandedOn = Traffic.HandedOn + 1, HandedOnBytes = Traffic.HandedOnBytes + Bytes(numbers) };
    }

    public void Receive(Span<double> numbers, int from) => inner.Receive(numbers, from);

    public void Fail(string reason) => inner.Fail(reason);

    public void Dispose() => inner.Dispose();

    private static double Bytes(ReadOnlySpan<double> numbers) => numbers.Length * sizeof(double);
}
