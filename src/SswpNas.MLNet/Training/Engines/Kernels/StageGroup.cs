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

    /// <summary>The backward pass of stages whose gradients are known; beside it, work of the caller's on each image.</summary>
    public static void Backward(
        KernelContext context, int images, IReadOnlyList<StagePass> passes, IReadOnlyList<StagePass> dotsOnly,
        Action<int>? besides = null)
    {
        context.ForImages(images, (n, part, _) =>
        {
            foreach (StagePass pass in passes) pass.SumImage(n, part);
            foreach (StagePass pass in dotsOnly) pass.SumImage(n, part);
            besides?.Invoke(n);
        });
        PartExchange.Gather(context, passes.Concat(dotsOnly));
        foreach (StagePass pass in dotsOnly) pass.EndSums(goesOn: false);
        if (passes.Count == 0) return;
        foreach (StagePass pass in passes) pass.EndSums(goesOn: true);
        long perThread = passes.Max(p => p.BackwardScratch);
        float* scratch = context.RentScratch(perThread);
        context.ForImages(images, (n, part, thread) =>
        {
            float* own = KernelContext.Of(scratch, thread, perThread);
            foreach (StagePass pass in passes) pass.BackwardImage(n, part, own);
        });
        context.Pool.Return(scratch);
        foreach (StagePass pass in passes) pass.EndBackward();
        context.Sums.EndLevel();
    }
}
