namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>
/// Several stages that may run side by side: all of them work on one image before the next, which saves reading what
/// they share, and the threads meet once for all of them.
/// </summary>
internal static unsafe class StageGroup
{
    public static void Forward(KernelContext context, IReadOnlyList<StagePass> passes, bool training, Func<int, bool> updates)
    {
        if (passes.Count == 0) return;
        foreach (StagePass pass in passes) pass.BeginForward(training);
        long perThread = passes.Max(p => p.ForwardScratch);
        float* scratch = context.RentScratch(perThread);
        context.ForImages(passes[0].Images, (n, part, thread) =>
        {
            float* own = KernelContext.Of(scratch, thread, perThread);
            foreach (StagePass pass in passes) pass.ForwardImage(n, part, own);
        });
        context.Pool.Return(scratch);
        if (training) PartExchange.Gather(context, passes);
        for (int i = 0; i < passes.Count; i++) passes[i].EndForward(updates(i));
    }

    /// <summary>
    /// What the backward pass of stages whose gradients are known begins with: the sums over all images that batch norm's gradient
    /// needs. Beside it, work of the caller's on each image.
    /// </summary>
    public static void Sums(
        KernelContext context, int images, IReadOnlyList<StagePass> passes, IReadOnlyList<StagePass> dotsOnly, Action<int> besides)
    {
        context.ForImages(images, (n, part, _) =>
        {
            foreach (StagePass pass in passes) pass.SumImage(n, part);
            foreach (StagePass pass in dotsOnly) pass.SumImage(n, part);
            besides(n);
        });
        PartExchange.Gather(context, passes.Concat(dotsOnly));
        foreach (StagePass pass in dotsOnly) pass.EndSums(goesOn: false);
        foreach (StagePass pass in passes) pass.EndSums(goesOn: true);
    }

    /// <summary>
    /// The backward pass of stages whose sums are known. The stages that made their inputs, if any, take their own sums of an image
    /// while its gradient is in the cache.
    /// </summary>
    public static void Backward(KernelContext context, int images, IReadOnlyList<(StagePass Pass, StagePass? Before)> stages)
    {
        if (stages.Count == 0) return;
        long perThread = stages.Max(s => s.Pass.BackwardScratch);
        float* scratch = context.RentScratch(perThread);
        context.ForImages(images, (n, part, thread) =>
        {
            float* own = KernelContext.Of(scratch, thread, perThread);
            foreach ((StagePass pass, StagePass? before) in stages)
            {
                pass.BackwardImage(n, part, own);
                before?.SumImage(n, part);
            }
        });
        context.Pool.Return(scratch);
        foreach ((StagePass pass, _) in stages) pass.EndBackward();
        context.Sums.EndLevel();
        StagePass[] next = [.. stages.Select(s => s.Before).OfType<StagePass>()];
        PartExchange.Gather(context, next);
        foreach (StagePass pass in next) pass.EndSums(goesOn: true);
    }
}
