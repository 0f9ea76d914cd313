using SswpNas.MLNet.Data.Views;
using static TorchSharp.torch;

namespace SswpNas.MLNet.FineTuning.SemiSupervised;

/// <summary>
/// Re-estimates a network's running means and variances on images as they are, since those of training are of varied images
/// and of weights that have moved on.
/// </summary>
internal static class BatchNormStatistics
{
    private const int MostImages = 2560;

    /// <summary>The mean over batches of what each says; weights do not change. Cancelled, it leaves all as it was.</summary>
    /// <param name="network">The network.</param>
    /// <param name="pixels">Where the images are.</param>
    /// <param name="plain">Renders them.</param>
    /// <param name="images">The images; of many, some are drawn.</param>
    /// <param name="batchSize">Images of a batch, at most.</param>
    /// <param name="seed">Mixes them, since images often lie class after class.</param>
    /// <param name="engine">Where it is computed.</param>
    /// <param name="token">Stops it.</param>
    public static void Recompute(
        DerivedNetwork network, PixelStore pixels, PlainRenderer plain, int[] images, int batchSize, int seed, NetworkEngine engine,
        CancellationToken token)
    {
        int[][] batches = Batches(images, batchSize, seed);
        IReadOnlyList<Statistic> statistics = NamedTensors.Statistics(network);
        Tensor[] sums = [.. statistics.Select(s => zeros_like(s.Value))], before = [.. statistics.Select(s => s.Value.clone())];
        using IDisposable noGrad = no_grad();
        using Tensor nothing = zeros(1, device: engine.Device);
        // A number that TorchSharp makes itself may be collected while libtorch reads it.
        using TorchSharp.Scalar one = 1;
        bool isDone = false;
        try
        {
            foreach (int[] some in batches)
            {
                token.ThrowIfCancellationRequested();
                foreach (Statistic statistic in statistics) statistic.Value.copy_(nothing);
                using ImageBatch batch = new(some.Length, pixels.Shape);
                plain.Render(pixels, some, batch.Pixels);
                engine.Forward(new DerivedBody(network), batch, Pass.StatisticsUpdate).Dispose();
                for (int i = 0; i < sums.Length; i++) sums[i].add_(statistics[i].Value, alpha: one);
            }

            // From zero, a pass leaves the batch's own statistics times the momentum.
            using TorchSharp.Scalar scale = 1 / (BatchNorm.Momentum * batches.Length);
            for (int i = 0; i < sums.Length; i++) statistics[i].Value.copy_(sums[i].mul_(scale));
            isDone = true;
        }
        finally
        {
            for (int i = 0; i < before.Length; i++)
            {
                if (!isDone) statistics[i].Value.copy_(before[i]);
                before[i].Dispose();
                sums[i].Dispose();
            }
        }
    }

    /// <summary>All images, or as many as are enough, in mixed batches of nearly the same size.</summary>
    internal static int[][] Batches(int[] images, int batchSize, int seed)
    {
        int[] mixed = [.. images];
        new RandomStream(seed, RandomPurpose.Statistics).Shuffle(mixed.AsSpan());
        int taken = Math.Min(mixed.Length, MostImages);
        int count = (taken + batchSize - 1) / batchSize;
        return [.. Enumerable.Range(0, count).Select(b => mixed[(int)((long)taken * b / count)..(int)((long)taken * (b + 1) / count)])];
    }
}
