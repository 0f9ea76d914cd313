using SswpNas.MLNet.Data;
using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.Objectives.Views;
using SswpNas.MLNet.Sampling;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Training;
using SswpNas.MLNet.Training.Memory;
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
        using NetworkEngine engine = NetworkEngine.Create(
            device, threads, options.UseOwnKernels, MemoryCheck.LimitOf(options.MemoryLimit));
        using DerivedNetwork network = new(found.Macro, found.Genotype, classes: 0, ref random);
        ProjectionHead head = new(found.Macro.Features, ref random, options.ProjectionSize, options.NormaliseProjection);
        using SimClrObjective objective = new(
            new ViewRenderer(options.Views, found.Normalization, threads), head, options.Temperature);
        LayerDevice.Move(network, device);
        LayerDevice.Move(head, device);
        IReadOnlyList<Weight> body = NamedTensors.Weights(network);
        WeightOptimizer optimizer = WeightOptimizer.Of(
            options.Optimizer, [.. body, .. objective.Weights], options.Momentum, options.AdamBeta2, options.WeightDecay,
            options.GradientClip);

        List<PretrainEpoch> history = [];
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            TimeSpan start = _timer.Elapsed;
            int side = ViewSide.Of(epoch, epochs, options.LowResolutionFraction, found.Macro);
            ImageShape shape = new(store.Shape.Channels, side, side);
            double loss = RunEpoch(epoch, (batch, step) =>
            {
                objective.Render(
                    store, batch, seed, RandomPurpose.Views, step, side, engine.Images(2 * batch.Length, shape));
                double stepLoss = engine.Step(new DerivedBody(network), body, objective, StepKind.WeightStep);
                StepLoss.Check(stepLoss, step);
                optimizer.Step(LearningRate(step));
                return stepLoss;
            });
            history.Add(new PretrainEpoch(
                epoch + 1, loss, LearningRate(((long)(epoch + 1) * _batches.Count) - 1), (_timer.Elapsed - start).TotalSeconds));
            finished(history[^1]);
        }

        SearchSettings settings = new(seed, OptionText.Of(options), store.Count, store.Fingerprint(), LibraryVersion.Text);
        return new PretrainResult(found with { Weights = TensorValues.Of(network), Settings = settings }, history);
    }

    private double RunEpoch(int epoch, Func<int[], long, double> step)
    {
        double loss = 0;
        int[][] batches = _batches.Of(epoch);
        for (int i = 0; i < batches.Length; i++)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            long number = ((long)epoch * batches.Length) + i;
            loss += step(batches[i], number);
            options.Progress?.Report(new PretrainProgress(
                epoch + 1, epochs, i + 1, batches.Length, loss / (i + 1), _timer.Elapsed, _timer.Remaining(number + 1, Steps)));
        }

        return loss / batches.Length;
    }

    private double LearningRate(long step) => LearningRates.Cosine(options.LearningRate, step, Steps);
}
