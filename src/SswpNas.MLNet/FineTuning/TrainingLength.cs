namespace SswpNas.MLNet.FineTuning;

/// <summary>How long a training is, in epochs of its labelled images and in steps.</summary>
/// <param name="Epochs">Epochs in all.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="WarmUpSteps">Steps in which the learning rate rises.</param>
/// <param name="LowResolutionFraction">The part of the epochs at the start with images of half the side.</param>
internal sealed record TrainingLength(int Epochs, long Steps, long WarmUpSteps, double LowResolutionFraction)
{
    private const double SemiSupervisedWarmUp = 0.1;

    /// <summary>The epoch from which a training that is validated on the way trains on all labels.</summary>
    public int Joining => Math.Max(1, (int)(0.75 * Epochs));

    /// <summary>With few labels an epoch is a few steps only, so there are as many epochs as the steps take.</summary>
    public static TrainingLength Of(ClassifierOptions options, UnlabelledImages unlabelled, int stepsPerEpoch)
    {
        if (unlabelled != UnlabelledImages.Ignore)
        {
            SemiSupervisedOptions semi = options.Plan.SemiSupervised!;
            int lengthened = EpochsFor(semi.Steps, stepsPerEpoch);
            long all = (long)lengthened * stepsPerEpoch;
            return new TrainingLength(lengthened, all, (long)(SemiSupervisedWarmUp * all), semi.LowResolutionFraction);
        }

        int epochs = Math.Max(options.Epochs, EpochsFor(options.MinimumSteps, stepsPerEpoch));
        long steps = (long)epochs * stepsPerEpoch;
        // The warm-up keeps its part of the whole.
        return new TrainingLength(epochs, steps, steps * options.WarmUpEpochs / options.Epochs, 0);
    }

    /// <summary>About what it takes, in thousandths of a step of labelled images.</summary>
    public long Cost(ClassifierOptions options, UnlabelledImages unlabelled)
    {
        if (unlabelled == UnlabelledImages.Ignore) return 1000 * Steps;
        SemiSupervisedOptions semi = options.Plan.SemiSupervised!;
        double step = 1 + ((1 - semi.WarmUpFraction) * (semi.ViewsPerImage + 0.3) * semi.BatchSize / options.BatchSize);
        return (long)(1000 * Steps * step * (1 - (0.75 * LowResolutionFraction)));
    }

    private static int EpochsFor(int steps, int stepsPerEpoch) => (int)(((long)steps + stepsPerEpoch - 1) / stepsPerEpoch);
}
