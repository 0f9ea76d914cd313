using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.Data.Views;
using TorchSharp;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Search.Strategies;

/// <summary>The alphas that a strategy begins with.</summary>
internal sealed class SearchStart(SearchOptions options, RunSession session, Supernet supernet)
{
    // Of the operations that are chosen; at least e^5 to 1 against each other one.
    private const float Chosen = 6;

    private static readonly TimeSpan _betweenLines = TimeSpan.FromSeconds(10);

    public float[][][] Alphas(PixelStore store, PixelNormalization normalization)
    {
        if (options.Strategy == SearchStrategy.Random)
            return Of(Genotype.Random(options.Cells, session.Seed, options.LimitSkipsAndPools));

        List<ScoredGenotype> scored = Scored(store, normalization);
        ScoredGenotype best = scored.MaxBy(s => s.Score);
        session.Log.Info(string.Create(
            CultureInfo.InvariantCulture,
            $"Scored {scored.Count} architectures without training: {scored.Average(s => s.Score):F0} activation patterns on average, "
            + $"{best.Score:F0} of the best one."));
        return options.Strategy == SearchStrategy.TrainingFree ? Of(best.Genotype) : Frequencies(scored.TakeLast(options.TrainingFree.Population));
    }

    private List<ScoredGenotype> Scored(PixelStore store, PixelNormalization normalization)
    {
        int[] some = [.. Enumerable.Range(0, store.Count)];
        // Behind the streams of the architectures.
        new RandomStream(session.Seed, RandomPurpose.Genotypes, options.TrainingFree.Architectures).Shuffle(some.AsSpan());
        some = some[..Math.Min(options.TrainingFree.Images, some.Length)];
        using DisposeScope scope = NewDisposeScope();
        using ImageBatch batch = new(some.Length, store.Shape);
        new PlainRenderer(normalization).Render(store, some, batch.Pixels);
        // Half the side: scored in a quarter of the time.
        int side = ViewSide.Half(supernet.Macro);
        Tensor images = Upload.Floats(batch.Pixels, [some.Length, store.Shape.Height, store.Shape.Width, store.Shape.Channels], session.Device)
            .permute(0, 3, 1, 2);
        images = nn.functional.adaptive_avg_pool2d(images, [side, side]);
        SwapScore score = new(supernet, images);
        StepTimer timer = new();
        timer.Begin(0);
        TimeSpan said = TimeSpan.Zero;
        return new GenotypeEvolution(options.TrainingFree, new RandomGenotypes(options.LimitSkipsAndPools), options.Cells, session.Seed).Run(
            score.Of, session.Device.type == DeviceType.CPU ? session.Threads : 1, Report, options.CancellationToken);

        void Report(int done)
        {
            if (timer.Elapsed - said < _betweenLines) return;
            said = timer.Elapsed;
            session.Log.Info(string.Create(
                CultureInfo.InvariantCulture,
                $"Scored {done} of {options.TrainingFree.Architectures} architectures, {timer.Remaining(done, options.TrainingFree.Architectures).TotalSeconds:F0} s left."));
        }
    }

    /// <summary>Alphas from which this genotype is derived.</summary>
    private static float[][][] Of(Genotype genotype) => [.. genotype.Cells.Select(cell =>
    {
        float[][] edges = Edges();
        // A node's likelier edge comes first in a derived cell.
        foreach (((int number, GenotypeEdge edge), int i) in CellTopology.Numbered(cell).Select((kept, i) => (kept, i)))
            edges[number][(int)edge.Operation] = Chosen - (i % CellTopology.EdgesKeptPerNode);
        return edges;
    })];

    /// <summary>How often the architectures that evolved have each operation on each edge, as logarithms.</summary>
    private float[][][] Frequencies(IEnumerable<ScoredGenotype> evolved)
    {
        float[][][] counts = [.. Enumerable.Range(0, options.Cells).Select(_ => Edges())];
        foreach (ScoredGenotype one in evolved)
        {
            foreach ((CellGenotype cell, float[][] edges) in one.Genotype.Cells.Zip(counts))
            {
                foreach ((int number, GenotypeEdge edge) in CellTopology.Numbered(cell)) edges[number][(int)edge.Operation]++;
            }
        }

        foreach (float[] edge in counts.SelectMany(cell => cell))
        {
            double mean = edge.Average();
            for (int k = 0; k < edge.Length; k++) edge[k] = (float)(options.TrainingFree.AlphaScale * Math.Log((edge[k] + 1) / (mean + 1)));
        }

        return counts;
    }

    private static float[][] Edges() => [.. Enumerable.Range(0, CellTopology.Edges).Select(_ => new float[CellOperations.Count])];
}
