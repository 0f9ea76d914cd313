using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.Search.Strategies;

namespace SswpNas.MLNet.Search;

/// <summary>One search from images to its result: supernet, loop, derivation, concomitant weights.</summary>
internal static class SearchRun
{
    /// <summary>Batches over which the derived network's batch norm statistics are re-estimated.</summary>
    private const int StatisticsBatches = 50;

    public static SearchResult Run(RunSession session, LabelledPixels data, SearchOptions options, Action<SearchEpoch> finished)
    {
        PixelStore store = data.Pixels;
        using SearchEvents? events = options.TensorBoardFolder is string folder
            ? new SearchEvents(folder, session.Log.Warn)
            : null;
        MacroStructure macro = options.Macro(store.Shape);
        PixelNormalization normalization = PixelNormalization.Of(store, Enumerable.Range(0, store.Count));
        RandomStream random = new(session.Seed, RandomPurpose.Weights);
        using NetworkEngine engine = session.CreateEngine();
        using Supernet supernet = new(macro, ref random);
        LayerDevice.Move(supernet, session.Device);
        using IObjective objective =
            new SearchObjectives(options, data, normalization, session.Threads, session.Device, session.Ranks).Create(supernet, ref random);

        using SearchLoop loop = new(store, options, session.Seed, engine, objective, supernet, session.Keeper);
        session.Resume(loop, "search", data, start: null);
        if (loop.IsToStart) loop.Start(new SearchStart(options, session, supernet).Alphas(store, normalization));
        loop.Run(epoch =>
        {
            finished(epoch);
            events?.Add(epoch, loop.AlphaHistory[^1], loop.Genotype);
        });

        using DerivedNetwork derived = new(macro, loop.Genotype, classes: 0, ref random);
        LayerDevice.Move(derived, session.Device);
        ConcomitantWeights.Transfer(supernet, derived);
        FiniteNetwork.Ensure(derived, RefreshStatistics(derived, store, options, session, engine, objective));
        FoundNetwork network = new(
            macro, derived.Genotype, store.Range, normalization, TensorValues.Of(derived), session.Settings(store));
        return new SearchResult(network, loop.History, [.. loop.AlphaHistory]);
    }

    /// <summary>
    /// A derived node sums two edges where the supernet's summed all of its own, so running means and variances are
    /// re-estimated on views of the images before anybody scores with them. Weights do not change.
    /// </summary>
    /// <returns>Features of the last batch by the new statistics.</returns>
    private static float[] RefreshStatistics(
        DerivedNetwork derived, PixelStore store, SearchOptions options, RunSession session, NetworkEngine engine,
        IObjective objective)
    {
        EpochBatches batches = new(
            [.. Enumerable.Range(0, store.Count)], options.BatchSize, session.Seed, RandomPurpose.Statistics);
        DerivedBody body = new(derived);
        float[] features = [];
        for (int step = 0; step < StatisticsBatches; step++)
        {
            session.Keeper.ThrowIfCancelled();
            int[] images = batches.Of(step / batches.Count)[step % batches.Count];
            using ImageBatch batch = objective.Render(
                store, images, session.Seed, RandomPurpose.Statistics, step, store.Shape.Height);
            engine.Forward(body, batch, Pass.StatisticsUpdate).Dispose();
            if (step == StatisticsBatches - 1) features = engine.Features(body, batch);
        }

        return features;
    }
}
