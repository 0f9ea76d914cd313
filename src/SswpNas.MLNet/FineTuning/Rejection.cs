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
}
