using SswpNas.MLNet.Collectives;
using SswpNas.MLNet.Data.Views;
using SswpNas.MLNet.Objectives;

namespace SswpNas.MLNet.FineTuning;

/// <summary>How well a network does on a set of labelled images.</summary>
internal readonly record struct Quality(double Accuracy, double LogLoss)
{
    /// <summary>How sure the network is of them against how often it is right; null where that cannot be said.</summary>
    public Calibration? Calibration { get; init; }

    /// <summary>The highest probability of each, scaled so; none before the first evaluation, when a checkpoint may be written.</summary>
    public double[] Confidences { get => field ?? []; init; } = [];

    /// <summary>Higher accuracy; where it is the same, lower log-loss.</summary>
    public bool BetterThan(Quality other) =>
        Accuracy > other.Accuracy || (Accuracy == other.Accuracy && LogLoss < other.LogLoss);
}

/// <summary>Trains networks on some labelled images, each at one learning rate (section 4.4), and evaluates them.</summary>
internal sealed class FineTuneLoop(
    LabelledPixels data, PixelNormalization normalization, ClassifierOptions options, int seed, NetworkEngine engine)
{
    private const int EvaluationBatch = 64;

    private readonly TrainingAugmenter _augmenter = new(
        new AugmentationOptions
        {
            FlipProbability = options.FlipProbability,
            CutoutLength = options.CutoutLength,
            MinimumCropArea = options.MinimumCropArea,
            Rotate90Probability = options.Rotate90Probability,
            ColorJitter = options.ColorJitter,
        },
        normalization, options.Threads);

    // What pseudo-labels are given on: nothing of an image is blanked or recoloured.
    private readonly TrainingAugmenter _weak = new(
        new AugmentationOptions { FlipProbability = options.FlipProbability, Rotate90Probability = options.Rotate90Probability },
        normalization, options.Threads);

    private readonly PlainRenderer _plain = new(normalization);

    public LabelledPixels Data => data;

    public PixelNormalization Normalization => normalization;

    public PlainRenderer Plain => _plain;

    public ClassifierOptions Options => options;

    public int Seed => seed;

    public NetworkEngine Engine => engine;

    /// <summary>
    /// Trains in place. With validation images and a patience it stops early and leaves the best epoch's weights.
    /// </summary>
    /// <returns>The quality of the network as it is left; default without validation images.</returns>
    public Quality Train(DerivedNetwork network, double learningRate, int[] train, int[] validation)
    {
        CheckpointManager keeper = CheckpointManager.Without(options.CancellationBehavior, options.CancellationToken);
        NonFiniteGuard guard = new(options.NonFiniteSteps);
        using FineTuneTraining training =
            new(this, network, new TrainingPart(learningRate, train, validation, UnlabelledImages.Ignore), guard, keeper);
        training.Run(training, () => false);
        return training.Finish();
    }

    /// <summary>Images as a step of training sees them, with their labels; the caller disposes of them.</summary>
    public ImageBatch Augmented(int[] images, long step, int side)
    {
        ImageBatch batch = new(engine.Share(images.Length), new ImageShape(data.Pixels.Shape.Channels, side, side))
        {
            Labels = [.. images.Select(n => (long)data.Labels[n])],
        };
        Augment(images, step, side, batch.Pixels, RandomPurpose.Augmentation, batch.Rows);
        return batch;
    }

    /// <summary>Writes images as labelled ones are varied, or weakly varied ones: those of a share.</summary>
    public void Augment(int[] images, long step, int side, Span<float> pixels, RandomPurpose purpose, RowShare share) =>
        (purpose == RandomPurpose.WeakViews ? _weak : _augmenter).Render(data.Pixels, images, seed, step, pixels, purpose, side, share);

    /// <summary>Accuracy and log-loss of a network on some images, by running statistics.</summary>
    public Quality Evaluate(DerivedNetwork network, int[] images, CancellationToken token = default)
    {
        (int[] labels, double[][] scores) = Scores(network, images, token);
        int right = labels.Index().Count(n => Array.IndexOf(scores[n.Index], scores[n.Index].Max()) == n.Item);
        double logLoss = LogLoss(labels, scores);
        Calibration? calibration = options.Plan.Calibrates && double.IsFinite(logLoss) ? TemperatureFit.Of(scores, labels) : null;
        return new Quality((double)right / images.Length, logLoss / images.Length)
        {
            Calibration = calibration,
            Confidences = TemperatureFit.Confidences(scores, calibration?.Temperature ?? 1),
        };
    }

    /// <summary>The highest probability of each image.</summary>
    public double[] Confidences(DerivedNetwork network, int[] images, double temperature) =>
        TemperatureFit.Confidences(Scores(network, images, CancellationToken.None).Scores, temperature);

    /// <summary>Features of some images, by running statistics.</summary>
    public float[][] Features(DerivedNetwork network, int[] images) =>
        [.. Batches(network, images, CancellationToken.None).SelectMany(some => some.Chunk(network.Macro.Features))];

    /// <summary>Checks that the outputs of a trained network are finite.</summary>
    public void EnsureFinite(DerivedNetwork network)
    {
        (int[] labels, double[][] scores) = Scores(network, [.. data.Labelled.Take(EvaluationBatch)], CancellationToken.None);
        FiniteNetwork.Ensure(network, (float)(LogLoss(labels, scores) / labels.Length));
    }

    /// <summary>Labels and log-probabilities of some images.</summary>
    private (int[] Labels, double[][] Scores) Scores(DerivedNetwork network, int[] images, CancellationToken token)
    {
        ClassifierHead head = new(network.Classifier!, 0);
        double[][] scores = [.. Batches(network, images, token).SelectMany(some => head.LogProbabilities(some, network.Macro.Features))];
        return ([.. images.Select(n => data.Labels[n])], scores);
    }

    /// <summary>The features of batch after batch.</summary>
    private IEnumerable<float[]> Batches(DerivedNetwork network, int[] images, CancellationToken token)
    {
        foreach (int[] some in images.Chunk(EvaluationBatch))
        {
            token.ThrowIfCancellationRequested();
            using ImageBatch batch = new(some.Length, data.Pixels.Shape);
            _plain.Render(data.Pixels, some, batch.Pixels);
            yield return engine.Features(new DerivedBody(network), batch);
        }
    }

    private static double LogLoss(int[] labels, double[][] scores)
    {
        double sum = 0;
        for (int i = 0; i < labels.Length; i++) sum -= scores[i][labels[i]];
        return sum;
    }
}
