namespace SswpNas.MLNet;

/// <summary>
/// When a model names no class (<see cref="RejectionOptions"/>), and what is to be expected of it on images like those that it was
/// chosen by.
/// </summary>
/// <param name="Below">No class is named where the highest probability is below this, 0 to 1; above 1 where none can be named.</param>
/// <param name="Precision">The part of the named classes that is right, by the probabilities, 0 to 1; 0 where none is named.</param>
/// <param name="Coverage">The part of the images that a class is named for, 0 to 1.</param>
/// <param name="Images">Images that it was chosen by.</param>
public sealed record Rejection(double Below, double Precision, double Coverage, int Images)
{
    /// <summary>
    /// No class is named where the cosine of an image's features with every class's mean is below this, -1 to 1; null where that is
    /// not asked (<see cref="RejectionOptions.KnownShare"/>).
    /// </summary>
    public double? LeastSimilarity { get; init; }

    /// <summary>By the images' highest probabilities; those stand for new images.</summary>
    internal static Rejection Of(RejectionOptions options, double[] confidences)
    {
        double below = options.Precision is double wanted ? Bound(confidences, wanted) : options.Below;
        double[] named = [.. confidences.Where(p => p >= below)];
        return new Rejection(
            below, named.Length == 0 ? 0 : named.Average(), confidences.Length == 0 ? 1 : (double)named.Length / confidences.Length,
            confidences.Length);
    }

    internal void Say(RunLog log)
    {
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"No class is named where the highest probability is below {Below:F3}: of {Images} images {Coverage:P1} would be named one, {Precision:P1} of them rightly by their probabilities.");
        if (Coverage > 0) log.Info(line);
        else log.Warn($"{line} No bound gives the wanted precision: ask for less, or label more images.");
    }

    /// <summary>
    /// The lowest bound at which the mean of the probabilities that reach it is as wanted. Above 1 where there is none.
    /// </summary>
    private static double Bound(double[] confidences, double wanted)
    {
        double bound = double.BitIncrement(1), sum = 0;
        double[] sorted = [.. confidences.OrderDescending()];
        for (int i = 0; i < sorted.Length; i++)
        {
            sum += sorted[i];
            if (sum / (i + 1) >= wanted) bound = sorted[i];
        }

        return bound;
    }
}
