using SswpNas.MLNet.Benchmarks.Measuring;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Training.Engines.Kernels;

namespace SswpNas.MLNet.Benchmarks.Figures;

/// <summary>Seconds that our kernels take for one chain of stages alone, forward and back.</summary>
internal sealed unsafe class StageClock(int threads, int rounds) : IDisposable
{
    private readonly KernelContext _context = new(threads);

    public double Seconds(IReadOnlyList<Stage> stages, int images, int side, int channels, bool isStem = false)
    {
        Activation x = new(images, side, side, channels) { NeedsGradient = !isStem };
        x.Data = _context.Pool.Rent(x.Count);
        RandomStream random = new(1, RandomPurpose.Views);
        for (long i = 0; i < x.Count; i++) x.Data[i] = (float)random.NextDouble(-1, 1);
        double seconds = Quartiles.Of(Stopwatches.Repeat(rounds, () => Pass(x, stages))).Median;
        if (!isStem) seconds -= Quartiles.Of(Stopwatches.Repeat(rounds, () => Pass(x, null))).Median;
        new KernelExecution(_context, SearchSpace.Pass.WeightStep).Free(x);
        return Math.Max(0, seconds);
    }

    public void Dispose() => _context.Dispose();

    /// <summary>Forward and back to the mean over all pixels; null stages are that mean alone.</summary>
    private void Pass(Activation x, IReadOnlyList<Stage>? stages)
    {
        KernelExecution run = new(_context, SearchSpace.Pass.WeightStep);
        Activation features = run.GlobalAveragePool(stages is null ? x : run.Run(x, stages));
        float[] gradient = new float[features.Count];
        gradient.AsSpan().Fill(1);
        run.Backward(features, gradient);
        _context.Pool.Return(x.Gradient);
        x.Gradient = null;
        x.GradientStarted = false;
    }
}
