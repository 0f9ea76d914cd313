using SswpNas.MLNet.Data.Views;
using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.Search;

namespace SswpNas.MLNet.Pretraining;

/// <summary>
/// One SimCLR pre-training (section 4.4): the found architecture with fresh weights, batch norm with scale and shift, trained
/// on all images by the search's objective.
/// </summary>
internal static class PretrainRun
{
    public static PretrainResult Run(
        RunSession session, LabelledPixels data, FoundNetwork found, PretrainOptions options, int epochs, Action<PretrainEpoch> finished)
    {
        PixelStore store = data.Pixels;
        FoundNetwork blank = found with { Weights = new Dictionary<string, TensorValue>() };
        RandomStream random = new(session.Seed, RandomPurpose.Weights);
        using NetworkEngine engine = session.CreateEngine();
        using DerivedNetwork network = new(found.Macro, found.Genotype, classes: 0, ref random);
        LayerDevice.Move(network, session.Device);
        using SimClrObjective objective = SearchObjectives.SimClr(
            options, found.Normalization, session.Threads, session.Device, found.Macro.Features, ref random, session.Ranks);

        using PretrainLoop loop = new(store, options, epochs, session.Seed, engine, network, objective, session.Keeper);
        session.Resume(loop, "pre-training", data, blank, options with { Epochs = epochs });
        loop.Run(finished);
        int[] some = [.. Enumerable.Range(0, Math.Min(options.BatchSize, store.Count))];
        using ImageBatch batch = new(some.Length, store.Shape);
        new PlainRenderer(found.Normalization).Render(store, some, batch.Pixels);
        FiniteNetwork.Ensure(network, engine.Features(new DerivedBody(network), batch));
        return new PretrainResult(
            blank with { Weights = TensorValues.Of(network), Settings = session.Settings(store) }, loop.History);
    }
}
