namespace SswpNas.MLNet.FineTuning.SemiSupervised;

/// <summary>What the running means of the predictions are at; in a checkpoint.</summary>
/// <param name="Predicted">The classes' mean probabilities, as predicted.</param>
/// <param name="Aligned">The same after alignment.</param>
/// <param name="Confidence">The mean confidence.</param>
/// <param name="Variance">The confidences' variance.</param>
internal sealed record PseudoLabellerState(double[] Predicted, double[] Aligned, double Confidence, double Variance)
{
    public bool IsFinite =>
        Predicted.Concat(Aligned).All(double.IsFinite) && double.IsFinite(Confidence) && double.IsFinite(Variance);

    public bool IsSane(int classes) => Predicted?.Length == classes && Aligned?.Length == classes && IsFinite;
}

/// <summary>
/// Makes targets of predictions: aligned with the labels' classes, and weighted by how sure they are. Everything follows
/// running means over the batches that were seen.
/// </summary>
/// <param name="options">Method and momentum.</param>
/// <param name="labels">The part of each class among the labels; sums to 1. Predictions are taken to be so at first.</param>
internal sealed class PseudoLabeller(SemiSupervisedOptions options, double[] labels)
{
    // Of SoftMatch's Gaussian: its width in standard deviations, as published.
    private const double Deviations = 2;

    private const double Tiny = 1e-6;

    public PseudoLabellerState State { get; set; } =
        new(labels, [.. Enumerable.Repeat(1.0 / labels.Length, labels.Length)], 1.0 / labels.Length, 1);

    /// <summary>The part of each class among the labels.</summary>
    public double[] Labels { get; set; } = labels;

    /// <summary>Turns the probabilities of a batch, [images][classes], into targets in place, and says what each counts, 0 to 1.</summary>
    public double[] Label(double[][] probabilities)
    {
        double[] predicted = Means(State.Predicted, probabilities);
        if (options.AlignDistribution) foreach (double[] p in probabilities) Align(p, predicted);
        double[] confidences = [.. probabilities.Select(p => p.Max())];
        double mean = confidences.Average();
        double variance = confidences.Length < 2 ? State.Variance
            : confidences.Sum(c => (c - mean) * (c - mean)) / (confidences.Length - 1);
        PseudoLabellerState next = new(
            predicted, Means(State.Aligned, probabilities), Follow(State.Confidence, mean), Follow(State.Variance, variance));
        // A step whose predictions are not finite is skipped, and is not to spoil those after it.
        if (next.IsFinite) State = next;
        double[] weights = [.. probabilities.Select((p, i) => Weight(p, confidences[i]))];
        if (options.HardLabels) foreach (double[] p in probabilities) Harden(p);
        return weights;
    }

    private double Weight(double[] p, double confidence)
    {
        if (options.Method == PseudoLabelMethod.FreeMatch)
        {
            double share = State.Aligned[Array.IndexOf(p, confidence)] / State.Aligned.Max();
            return confidence >= State.Confidence * share ? 1 : 0;
        }

        double below = Math.Min(0, confidence - State.Confidence);
        return Math.Exp(-below * below * Deviations * Deviations / (2 * Math.Max(Tiny, State.Variance)));
    }

    private void Align(double[] p, double[] means)
    {
        double sum = 0;
        for (int c = 0; c < p.Length; c++) sum += p[c] *= Labels[c] / Math.Max(Tiny, means[c]);
        for (int c = 0; c < p.Length; c++) p[c] /= sum;
    }

    private static void Harden(double[] p)
    {
        int best = Array.IndexOf(p, p.Max());
        Array.Clear(p);
        p[best] = 1;
    }

    private double[] Means(double[] before, double[][] probabilities) =>
        [.. before.Select((mean, c) => Follow(mean, probabilities.Average(p => p[c])))];

    private double Follow(double before, double now) => (options.Momentum * before) + ((1 - options.Momentum) * now);
}
