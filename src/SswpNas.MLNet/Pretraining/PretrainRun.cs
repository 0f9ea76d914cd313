using SswpNas.MLNet.Data;
using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.Objectives.Views;
using SswpNas.MLNet.Sampling;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Training;
using TorchSharp;

namespace SswpNas.MLNet.Pretraining;

/// <summary>
/// One SimCLR pre-training (section 4.4): the found architecture with fresh weights, batch norm with scale and shift, trained
/// on all images by the search's objective.
/// </summary>
internal sealed class PretrainRun(
    PixelStore store, FoundNetwork found, int epochs, PretrainOptions options, int seed, torch.Device device)
{
    private readonly EpochBatches _batches = new(
        [.. Enumerable.Range(0, store.Count)], options.BatchSize, seed, RandomPurpose.Shuffle);

    private readonly StepTimer _timer = new();

    private long Steps => (long)epochs * _batches.Count;

    public PretrainResult Run(Action<PretrainEpoch> finished)
    {
        int threads = options.Threads ?? Environment.ProcessorCount;
        RandomStream random = new(seed, RandomPurpose.Weights);
        using NetworkEngine engine = NetworkEngine.Create(device, threads, options.UseOwnKernels);
        using DerivedNetwork network = new(found.Macro, found.Genotype, classes: 0, ref random);
        ProjectionHead head = new(found.Macro.Features, ref random, options.ProjectionSize, options.NormaliseProjection);
        using SimClrObjective objective = new(
            new ViewRenderer(options.Views, found.Normalization, threads), head, options.Temperature);
        LayerDevice.Move(network, device);
        LayerDevice.Move(head, device);
        IReadOnlyList<Weight> body = NamedTensors.Weights(network);
        using WeightOptimizer optimizer = WeightOptimizer.Of(
            options.Optimizer, [.. body, .. objective.Weights], options.Momentum, options.AdamBeta2, options.WeightDecay,
            options.GradientClip, engine.IsAsynchronous);

        List<PretrainEpoch> history = [];
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            TimeSpan start = _timer.Elapsed;
            int side = ViewSide.Of(epoch, epochs, options.LowResolutionFraction, found.Macro);
            ImageShape shape = new(store.Shape.Channels, side, side);
            using LossMean losses = new(history.Count > 0 ? history[^1].Loss : double.NaN);
            RunEpoch(epoch, losses, (batch, step) =>
            {
                objective.Render(
                    store, batch, seed, RandomPurpose.Views, step, side, engine.Images(2 * batch.Length, shape));
                LossValue loss = engine.Launch(new DerivedBody(network), body, objective, StepKind.WeightStep);
                StepLoss.Check(loss, step);
                optimizer.Step(LearningRate(step));
                return loss;
            });
            optimizer.Fetch();
            history.Add(new PretrainEpoch(
                epoch + 1, losses.Mean, LearningRate(((long)(epoch + 1) * _batches.Count) - 1), (_timer.Elapsed - start).TotalSeconds));
            finished(history[^1]);
        }

        SearchSettings settings = new(seed, OptionText.Of(options), store.Count, store.Fingerprint(), LibraryVersion.Text);
        return new PretrainResult(found with { Weights = TensorValues.Of(network), Settings = settings }, history);
    }

    private void RunEpoch(int epoch, LossMean losses, Func<int[], long, LossValue> step)
    {
        int[][] batches = _batches.Of(epoch);
        for (int i = 0; i < batches.Length; i++)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            long number = ((long)epoch * batches.Length) + i;
            losses.Add(step(batches[i], number));
            if (i == batches.Length - 1) Fetch(epoch, losses);
            options.Progress?.Report(new PretrainProgress(
                epoch + 1, epochs, i + 1, batches.Length, losses.Shown, _timer.Elapsed, _timer.Remaining(number + 1, Steps)));
        }
    }

    private static void Fetch(int epoch, LossMean losses)
    {
        losses.Fetch();
        StepLoss.Check(losses, epoch);
    }

    private double LearningRate(long step) => LearningRates.Cosine(options.LearningRate, step, Steps);
}
