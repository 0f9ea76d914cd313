using SswpNas.MLNet.Checkpoints;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Data.Views;
using SswpNas.MLNet.Data.Views.OnDevice;
using SswpNas.MLNet.Messages;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.Options;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Storage;
using SswpNas.MLNet.Training;
using SswpNas.MLNet.Training.Engines;
using SswpNas.MLNet.Training.Memory;
using TorchSharp;

namespace SswpNas.MLNet.Pretraining;

/// <summary>
/// One SimCLR pre-training (section 4.4): the found architecture with fresh weights, batch norm with scale and shift, trained
/// on all images by the search's objective.
/// </summary>
internal sealed class PretrainRun(
    PixelStore store, FoundNetwork found, int epochs, PretrainOptions options, int seed, torch.Device device,
    CheckpointManager keeper)
{
    public PretrainResult Run(Action<PretrainEpoch> finished)
    {
        int threads = options.Threads ?? Environment.ProcessorCount;
        RandomStream random = new(seed, RandomPurpose.Weights);
        using NetworkEngine engine = NetworkEngine.Create(
            device, threads, options.UseManagedKernels, options.Precision, MemoryCheck.LimitOf(options.MemoryLimit));
        using DerivedNetwork network = new(found.Macro, found.Genotype, classes: 0, ref random);
        ProjectionHead head = new(found.Macro.Features, ref random, options.ProjectionSize, options.NormaliseProjection);
        TwoViews views = new(
            new ViewRenderer(options.Views, found.Normalization, threads),
            DeviceViews.Where(options.ViewsOnDevice, options.Views, found.Normalization, device));
        using SimClrObjective objective = new(views, head, options.Temperature);
        LayerDevice.Move(network, device);
        LayerDevice.Move(head, device);

        using PretrainLoop loop = new(store, options, epochs, seed, engine, network, objective, keeper);
        keeper.Resume(loop, Identity);
        loop.Run(finished);
        EnsureFinite(network, engine);
        SearchSettings settings = new(seed, OptionText.Of(options), store.Count, store.Fingerprint(), LibraryVersion.Text);
        return new PretrainResult(found with { Weights = TensorValues.Of(network), Settings = settings }, loop.History);
    }

    /// <summary>Of the starting network, only the architecture counts.</summary>
    private IReadOnlyDictionary<string, string> Identity()
    {
        FoundNetwork blank = found with { Weights = new Dictionary<string, TensorValue>() };
        LabelledPixels images = new(store, [], [], []);
        return RunIdentity.Of("pre-training", options with { Epochs = epochs }, seed, device.type, images, blank);
    }

    private void EnsureFinite(DerivedNetwork network, NetworkEngine engine)
    {
        int[] some = [.. Enumerable.Range(0, Math.Min(options.BatchSize, store.Count))];
        using ImageBatch batch = new(some.Length, store.Shape);
        new PlainRenderer(found.Normalization).Render(store, some, batch.Pixels);
        FiniteNetwork.Ensure(network, engine.Features(new DerivedBody(network), batch));
    }
}
