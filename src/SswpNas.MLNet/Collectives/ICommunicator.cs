namespace SswpNas.MLNet.Collectives;

/// <summary>
/// Messages between the ranks. All ranks make the same calls in the same order; everything travels as doubles, bit by bit.
/// </summary>
/// <remarks>A call throws when another rank has said that it failed, or does not answer in time.</remarks>
internal interface ICommunicator : IDisposable
{
    /// <summary>This process, from 0.</summary>
    int Rank { get; }

    int Size { get; }

    /// <summary>Rank, host and library, for messages.</summary>
    string Name { get; }

    /// <summary>Everybody's numbers in the order of the ranks; <paramref name="counts"/> says how many each gives.</summary>
    void AllGather(ReadOnlySpan<double> own, Span<double> all, ReadOnlySpan<int> counts);

    /// <summary>One rank's numbers to all others.</summary>
    void Broadcast(Span<double> numbers, int from);

    void Send(ReadOnlySpan<double> numbers, int to);

    void Receive(Span<double> numbers, int from);

    /// <summary>Tells the others, who may be waiting, that this rank ends and why.</summary>
    void Fail(string reason);
}
