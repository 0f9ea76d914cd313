namespace SswpNas.MLNet;

/// <summary>
/// When a fine-tuned model names no class: the predicted label of such an image is missing (key 0), in this library, in a saved model
/// and in stock ML.NET. The probabilities are there all the same. Immutable; the default rejects nothing.
/// </summary>
public sealed record RejectionOptions
{
    /// <summary>No class is named where the highest probability is below this, 0 (default, all are named) to 1.</summary>
    public double Below { get; init; }

    /// <summary>
    /// The part of the named classes that is to be right, above 0 and below 1; null (default) for none. The lowest bound on the
    /// highest probability that gives it is chosen, in place of <see cref="Below"/>: by the scaled probabilities of the images
    /// without a label where at least 100 were read (<see cref="FineTuneOptions.Unlabelled"/>), else by those of the validation part.
    /// </summary>
    public double? Precision { get; init; }

    /// <summary>
    /// No class is named where an image is unlike all classes: its features are farther (by the cosine) from every class's mean than
    /// those of this part of the training images, above 0 and below 1, for example 0.98; null (default) for none.
    /// </summary>
    public double? KnownShare { get; init; }

    /// <summary>Whether anything can be rejected.</summary>
    internal bool IsOn => Below > 0 || Precision is not null || KnownShare is not null;

    internal IEnumerable<string> Problems(string owner)
    {
        List<string> found = [];
        OptionCheck check = new(found, owner);
        check.Fraction(Below, nameof(Below));
        if (Precision is double precision) check.That(precision is > 0 and < 1, nameof(Precision), precision, "above 0 and below 1");
        if (KnownShare is double share) check.That(share is > 0 and < 1, nameof(KnownShare), share, "above 0 and below 1");
        if (Below > 0 && Precision is not null)
            found.Add($"{owner}.Below and {owner}.Precision are both given; one of them was expected, for the other is chosen by it.");
        return found;
    }
}
