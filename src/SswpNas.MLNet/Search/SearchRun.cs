using SswpNas.MLNet.Checkpoints;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Messages;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.Options;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Training;
using SswpNas.MLNet.Training.Engines;
using SswpNas.MLNet.Training.Memory;
using TorchSharp;

namespace SswpNas.MLNet.Search;

/// <summary>One search from images to its result: supernet, loop, derivation, concomitant weights.</summary>
internal static class SearchRun
{
    /// <summary>Batches over which the derived network's batch norm statistics are taken anew.</summary>
    private const int StatisticsBatches = 50;

    /// <param name="data">The images; their labels only where the objective asks for them.</param>
    /// <param name="options">Without problems.</param>
    /// <param name="seed">Where everything random comes from.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="keeper">Keeps checkpoints.</param>
    /// <param name="finished">Told each epoch.</param>
    public static SearchResult Run(
        LabelledPixels data, SearchOptions options, int seed, torch.Device device, CheckpointManager keeper,
        Action<SearchEpoch> finished)
    {
        PixelStore store = data.Pixels;
        using SearchEvents? events = options.TensorBoardFolder is string folder ? new SearchEvents(folder) : null;
        MacroStructure macro = options.Macro(store.Shape);
        int threads = options.Threads ?? Environment.ProcessorCount;
        PixelNormalization normalization = PixelNormalization.Of(store, Enumerable.Range(0, store.Count));
        RandomStream random = new(seed, RandomPurpose.Weights);
        using NetworkEngine engine = NetworkEngine.Create(
            device, threads, options.UseManagedKernels, options.Precision, MemoryCheck.LimitOf(options.MemoryLimit));
        using Supernet supernet = new(macro, ref random);
        LayerDevice.Move(supernet, device);
        using IObjective objective =
            new SearchObjectives(options, data, normalization, threads, device).Create(supernet, ref random);

        using SearchLoop loop = new(store, options, seed, engine, objective, supernet, keeper);
        keeper.Resume(loop, () => RunIdentity.Of("search", options, seed, device.type, data, start: null));
        loop.Run(epoch =>
        {
            finished(epoch);
            events?.Add(epoch, loop.AlphaHistory[^1], loop.Genotype);
        });

        using DerivedNetwork derived = new(macro, loop.Genotype, classes: 0, ref random);
        LayerDevice.Move(derived, device);
        ConcomitantWeights.Transfer(supernet, derived);
        FiniteNetwork.Ensure(derived, RefreshStatistics(derived, store, options, seed, engine, objective, keeper));
        SearchSettings settings = new(seed, OptionText.Of(options), store.Count, store.Fingerprint(), LibraryVersion.Text);
        FoundNetwork network =
            new(macro, derived.Genotype, store.Range, normalization, TensorValues.Of(derived), settings);
        return new SearchResult(network, loop.History, [.. loop.AlphaHistory]);
    }

    /// <summary>
    /// A derived node sums two edges where the supernet's summed all of its own, so running means and variances are taken
    /// anew on views of the images before anybody scores with them. Weights do not change.
    /// </summary>
    /// <returns>Features of the last batch by the new statistics.</returns>
    private static float[] RefreshStatistics(
        DerivedNetwork derived, PixelStore store, SearchOptions options, int seed, NetworkEngine engine,
        IObjective objective, CheckpointManager keeper)
    {
        EpochBatches batches = new([.. Enumerable.Range(0, store.Count)], options.BatchSize, seed, RandomPurpose.Statistics);
        DerivedBody body = new(derived);
        float[] features = [];
        for (int step = 0; step < StatisticsBatches; step++)
        {
            keeper.ThrowIfCancelled();
            int[] images = batches.Of(step / batches.Count)[step % batches.Count];
            using ImageBatch batch = objective.Render(store, images, seed, RandomPurpose.Statistics, step, store.Shape.Height);
            engine.Forward(body, batch, Pass.StatisticsUpdate).Dispose();
            if (step == StatisticsBatches - 1) features = engine.Features(body, batch);
        }

        return features;
    }
}
