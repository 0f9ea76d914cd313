using SswpNas.MLNet.Data.Views;
using static TorchSharp.torch;

namespace SswpNas.MLNet.FineTuning.SemiSupervised;

/// <summary>
/// Re-estimates a network's running means and variances on images as they are, since those of training are of varied images
/// and of weights that have moved on.
/// </summary>
internal static class BatchNormStatistics
{
    private const int MostBatches = 20;
    private const int BatchSize = 128;

    /// <summary>The mean over batches of what each says; weights do not change.</summary>
    public static void Recompute(
        DerivedNetwork network, PixelStore pixels, PlainRenderer plain, int[] images, NetworkEngine engine, CancellationToken token)
    {
        int[][] batches = [.. images.Chunk(Math.Min(BatchSize, images.Length)).Where(b => b.Length == Math.Min(BatchSize, images.Length)).Take(MostBatches)];
        IReadOnlyList<Statistic> statistics = NamedTensors.Statistics(network);
        Tensor[] sums = [.. statistics.Select(s => zeros_like(s.Value))];
        using IDisposable noGrad = no_grad();
        using Tensor nothing = zeros(1, device: engine.Device);
        try
        {
            foreach (int[] some in batches)
            {
                token.ThrowIfCancellationRequested();
                foreach (Statistic statistic in statistics) statistic.Value.copy_(nothing);
                using ImageBatch batch = new(some.Length, pixels.Shape);
                plain.Render(pixels, some, batch.Pixels);
                engine.Forward(new DerivedBody(network), batch, Pass.StatisticsUpdate).Dispose();
                for (int i = 0; i < sums.Length; i++) sums[i].add_(statistics[i].Value);
            }

            // From zero, a pass leaves the batch's own statistics times the momentum.
            using TorchSharp.Scalar scale = 1 / (BatchNorm.Momentum * batches.Length);
            for (int i = 0; i < sums.Length; i++) statistics[i].Value.copy_(sums[i].mul_(scale));
        }
        finally
        {
            foreach (Tensor sum in sums) sum.Dispose();
        }
    }
}
