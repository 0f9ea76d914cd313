using SswpNas.MLNet.Collectives;

namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>The sums of batch norm, which need all ranks: one message for the stages that run side by side.</summary>
internal static class PartExchange
{
    /// <summary>Fills in the other ranks' parts.</summary>
    public static void Gather(KernelContext context, IReadOnlyList<StagePass> passes)
    {
        Ranks ranks = context.Ranks;
        if (!ranks.AreSeveral || passes.Count == 0) return;
        PartRange parts = context.Parts(passes[0].Images);
        int size = passes.Sum(pass => pass.PartNumbers);
        int[] counts = [.. Enumerable.Range(0, ranks.Size).Select(rank => size * Parts(rank, ranks, parts.AllImages).Count)];
        double[] own = new double[counts[ranks.Rank]], all = new double[counts.Sum()];
        int at = 0;
        for (int part = parts.First; part < parts.First + parts.Count; part++)
        {
            foreach (StagePass pass in passes)
            {
                pass.WritePart(part, own.AsSpan(at, pass.PartNumbers));
                at += pass.PartNumbers;
            }
        }

        ranks.Communicator.AllGather(own, all, counts);
        at = 0;
        for (int part = 0; part < parts.All; part++)
        {
            foreach (StagePass pass in passes)
            {
                pass.ReadPart(part, all.AsSpan(at, pass.PartNumbers));
                at += pass.PartNumbers;
            }
        }
    }

    private static (int First, int Count) Parts(int rank, Ranks ranks, int images)
    {
        int first = BatchParts.FirstPart(rank, ranks.Size, images);
        return (first, BatchParts.FirstPart(rank + 1, ranks.Size, images) - first);
    }
}
