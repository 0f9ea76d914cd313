using SswpNas.MLNet.Data;
using SswpNas.MLNet.Execution;
using SswpNas.MLNet.Sampling;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Training;
using SswpNas.MLNet.Training.Augmentation;

namespace SswpNas.MLNet.FineTuning;

/// <summary>How well a network does on a set of labelled images.</summary>
internal readonly record struct Quality(double Accuracy, double LogLoss)
{
    /// <summary>Higher accuracy; where it is the same, lower log-loss.</summary>
    public bool BetterThan(Quality other) =>
        Accuracy > other.Accuracy || (Accuracy == other.Accuracy && LogLoss < other.LogLoss);
}

/// <summary>Trains one network on some labelled images at one learning rate (section 4.4).</summary>
internal sealed class FineTuneLoop(
    LabelledPixels data, PixelNormalization normalization, FineTuneOptions options, int seed, NetworkEngine engine)
{
    private const int EvaluationBatch = 64;

    private readonly TrainingAugmenter _augmenter = new(
        new AugmentationOptions
        {
            FlipProbability = options.FlipProbability,
            CutoutLength = options.CutoutLength,
            MinimumCropArea = options.MinimumCropArea,
            ColorJitter = options.ColorJitter,
        },
        normalization, options.Threads);

    private readonly PlainRenderer _plain = new(normalization);

    /// <summary>
    /// Trains in place. With validation images and a patience it stops early and leaves the best epoch's weights.
    /// </summary>
    /// <param name="network">With a classifier.</param>
    /// <param name="learningRate">The peak rate.</param>
    /// <param name="train">Images to train on.</param>
    /// <param name="validation">Images to judge by; empty for none.</param>
    /// <param name="finished">Told each epoch's loss and quality.</param>
    /// <returns>The quality of the network as it is left; default without validation images.</returns>
    public Quality Train(
        DerivedNetwork network, double learningRate, int[] train, int[] validation, Action<int, double, Quality?> finished)
    {
        ClassifierHead head = new(network.Classifier!, options.LabelSmoothing);
        using AuxiliaryTower? tower = Tower(network);
        ILossHead trained = tower is null
            ? head
            : new AuxiliaryClassifierHead(head, tower, options.AuxiliaryWeight, network.Macro.Features);
        IReadOnlyList<Weight> body = [.. NamedTensors.Weights(network).Except(head.Weights)];
        using SgdOptimizer optimizer = new(
            [.. body, .. trained.Weights], options.Momentum, options.WeightDecay, options.GradientClip, engine.IsAsynchronous);
        INetworkBody forward = tower is null ? new DerivedBody(network) : new AuxiliaryBody(network);
        EpochBatches batches = new(train, options.BatchSize, seed, RandomPurpose.Shuffle);
        BestEpoch best = new(options.EarlyStoppingPatience);
        Quality quality = default;
        for (int epoch = 0; epoch < options.Epochs; epoch++)
        {
            double loss = TrainEpoch(Step, optimizer, batches, learningRate, epoch);
            bool judge = validation.Length > 0 && (options.EarlyStoppingPatience is not null || epoch == options.Epochs - 1);
            if (judge) quality = Evaluate(network, head, validation);
            finished(epoch, loss, judge ? quality : null);
            if (judge && best.Stops(quality, network, epoch)) break;
        }

        return best.Restore(network) ?? quality;

        LossValue Step(int[] batch, DropPath? dropPath)
        {
            head.Labels = [.. batch.Select(n => (long)data.Labels[n])];
            return engine.Launch(forward, body, trained, new StepKind(true, dropPath));
        }
    }

    /// <summary>The auxiliary head, where it is asked for; it is left out of the trained network.</summary>
    private AuxiliaryTower? Tower(DerivedNetwork network)
    {
        if (options.AuxiliaryWeight == 0) return null;
        RandomStream random = new(seed, RandomPurpose.Weights, 2);
        AuxiliaryTower tower = new(network.Macro, data.ClassNames.Length, ref random);
        LayerDevice.Move(tower, engine.Device);
        return tower;
    }

    /// <summary>Accuracy and log-loss of a network on some images, by running statistics.</summary>
    public Quality Evaluate(DerivedNetwork network, ClassifierHead head, int[] images)
    {
        int right = 0;
        double logLoss = 0;
        foreach (int[] batch in images.Chunk(EvaluationBatch))
        {
            _plain.Render(data.Pixels, batch, engine.Images(batch.Length, data.Pixels.Shape));
            double[][] scores = head.LogProbabilities(engine.Features(new DerivedBody(network)), network.Macro.Features);
            for (int i = 0; i < batch.Length; i++)
            {
                int label = data.Labels[batch[i]];
                if (Array.IndexOf(scores[i], scores[i].Max()) == label) right++;
                logLoss -= scores[i][label];
            }
        }

        return new Quality((double)right / images.Length, logLoss / images.Length);
    }

    private double TrainEpoch(
        Func<int[], DropPath?, LossValue> takeStep, WeightOptimizer optimizer, EpochBatches batches, double learningRate, int epoch)
    {
        using LossMean losses = new();
        int[][] order = batches.Of(epoch);
        double drop = options.DropPath * epoch / Math.Max(1, options.Epochs - 1);
        for (int i = 0; i < order.Length; i++)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            long step = ((long)epoch * batches.Count) + i;
            _augmenter.Render(data.Pixels, order[i], seed, step, engine.Images(order[i].Length, data.Pixels.Shape));
            DropPath? dropPath = drop > 0 ? new DropPath(drop, seed, step) : null;
            losses.Add(takeStep(order[i], dropPath));
            Check(losses, epoch, learningRate);
            optimizer.Step(LearningRates.WarmUpCosine(
                learningRate, step, (long)options.WarmUpEpochs * batches.Count, (long)options.Epochs * batches.Count));
        }

        losses.Fetch();
        optimizer.Fetch();
        Check(losses, epoch, learningRate);
        return losses.Mean;
    }

    private static void Check(LossMean losses, int epoch, double learningRate)
    {
        if (losses.NotFinite == 0) return;
        throw new InvalidOperationException(
            $"The loss was no finite number in step {losses.Steps} of epoch {epoch + 1} at a learning rate of {learningRate}. "
            + "Lower the learning rate.");
    }

    /// <summary>The best epoch so far, with its weights, for early stopping.</summary>
    private sealed class BestEpoch(int? patience)
    {
        private IReadOnlyDictionary<string, TensorValue>? _weights;
        private Quality _quality;
        private int _epoch;

        public bool Stops(Quality quality, DerivedNetwork network, int epoch)
        {
            if (patience is null) return false;
            if (_weights is not null && !quality.BetterThan(_quality)) return epoch - _epoch >= patience;
            (_weights, _quality, _epoch) = (TensorValues.Of(network), quality, epoch);
            return false;
        }

        public Quality? Restore(DerivedNetwork network)
        {
            if (_weights is null) return null;
            TensorValues.Load(_weights, network);
            return _quality;
        }
    }
}
