namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>
/// Adds up the weights' gradients over the parts of a batch, in their order, through all ranks: each takes what the ranks
/// before it have come to, adds its own parts, and hands it on. The last one has the sums and sends them to all, once a pass. The
/// order is that of one process, and so is every bit.
/// </summary>
internal sealed unsafe class GradientSums(KernelContext context)
{
    private readonly List<PartSums> _parts = [];
    private readonly List<Total> _totals = [];

    /// <summary>Takes over the parts' sums of a weight's gradient, [part][number]; number i belongs to the weight's place(i), or to its i.</summary>
    public void Add(Weight weight, float* parts, int count, int size, Func<int, int>? place)
    {
        if (context.Ranks.AreSeveral)
        {
            _parts.Add(new PartSums(weight, (nint)parts, count, size, place));
            return;
        }

        float* target = KernelContext.Gradient(weight);
        if (place is null)
        {
            KernelContext.AddParts(parts, count, size, target);
        }
        else
        {
            float* total = context.RentCleared(size);
            KernelContext.AddParts(parts, count, size, total);
            for (int i = 0; i < size; i++) target[place(i)] += total[i];
            context.Pool.Return(total);
        }

        context.Pool.Return(parts);
    }

    /// <summary>After a level of the backward pass: its sums go from rank to rank, in one message.</summary>
    public void EndLevel()
    {
        if (_parts.Count == 0) return;
        int all = _parts.Sum(p => Even(p.Size));
        float* totals = context.RentCleared(all);
        Span<double> message = new(totals, all / 2);
        Ranks ranks = context.Ranks;
        if (!ranks.IsFirst) ranks.Communicator.Receive(message, ranks.Rank - 1);
        float* total = totals;
        foreach (PartSums p in _parts)
        {
            KernelContext.AddParts((float*)p.Parts, p.Count, p.Size, total);
            context.Pool.Return((float*)p.Parts);
            _totals.Add(new Total(p.Weight, (nint)total, p.Size, p.Place, Block: total == totals));
            total += Even(p.Size);
        }

        if (ranks.Rank < ranks.Size - 1) ranks.Communicator.Send(message, ranks.Rank + 1);
        _parts.Clear();
    }

    /// <summary>After the backward pass: the last rank's sums become everybody's gradients.</summary>
    public void EndPass()
    {
        if (_totals.Count == 0) return;
        double[] message = new double[_totals.Sum(t => Even(t.Size)) / 2];
        Span<float> sums = MemoryMarshal.Cast<double, float>(message.AsSpan());
        int at = 0;
        foreach (Total t in _totals)
        {
            new ReadOnlySpan<float>((float*)t.Sum, t.Size).CopyTo(sums[at..]);
            at += Even(t.Size);
        }

        context.Ranks.Communicator.Broadcast(message, context.Ranks.Size - 1);
        at = 0;
        foreach (Total t in _totals)
        {
            float* target = KernelContext.Gradient(t.Weight);
            for (int i = 0; i < t.Size; i++) target[t.Place?.Invoke(i) ?? i] += sums[at + i];
            if (t.Block) context.Pool.Return((float*)t.Sum);
            at += Even(t.Size);
        }

        _totals.Clear();
    }

    // Messages are of doubles.
    private static int Even(int floats) => (floats + 1) / 2 * 2;

    /// <summary>A gradient whose parts are known here.</summary>
    private sealed record PartSums(Weight Weight, nint Parts, int Count, int Size, Func<int, int>? Place);

    /// <summary>A gradient's sum so far; <paramref name="Block"/> says whether rented memory begins with it.</summary>
    private sealed record Total(Weight Weight, nint Sum, int Size, Func<int, int>? Place, bool Block);
}
