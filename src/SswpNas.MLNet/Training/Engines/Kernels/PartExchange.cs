using SswpNas.MLNet.Collectives;

namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>The sums of batch norm, which need all ranks: one message for the stages that run side by side.</summary>
internal static class PartExchange
{
    /// <summary>Fills in the other ranks' parts.</summary>
    public static void Gather(KernelContext context, IEnumerable<StagePass> some)
    {
        Ranks ranks = context.Ranks;
        if (!ranks.AreSeveral) return;
        StagePass[] passes = [.. some];
        if (passes.Length == 0) return;
        PartRange parts = context.Parts(passes[0].Images);
        int size = passes.Sum(pass => pass.PartNumbers);
        int[] counts = [.. Enumerable.Range(0, ranks.Size).Select(rank => size * BatchParts.CountOf(rank, ranks.Size, parts.AllImages))];
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
}
