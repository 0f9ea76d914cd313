namespace SswpNas.MLNet;

/// <summary>Which columns a suggestion of images to label reads, and how it chooses. Immutable.</summary>
public sealed record SuggestionOptions
{
    /// <summary>
    /// The labels that there are, a key; rows that have one are not suggested. Data without such a column have none. Default:
    /// <c>Label</c>; null for none.
    /// </summary>
    public string? LabelColumnName { get; init; } = "Label";

    /// <summary>The class that the model says, a key. Default: <c>PredictedLabel</c>.</summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>Probabilities of the classes. Default: <c>Score</c>.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>
    /// Vectors that describe the images, best those of the fine-tuned network (<see cref="ClassifierOptions.FeaturesColumnName"/>).
    /// Without such a column the probabilities stand for them, and the log says so. Default: <c>Features</c>; null for none.
    /// </summary>
    public string? FeatureColumnName { get; init; } = "Features";

    /// <summary>
    /// Pixels of the images, by which duplicates are found. Without such a column none is, and the log says so. Default:
    /// <c>Pixels</c>; null for none.
    /// </summary>
    public string? PixelColumnName { get; init; } = "Pixels";

    /// <summary>
    /// Paths of the images, for the gallery; without such a column a suggestion has its row alone. Default: <c>ImagePath</c>; null
    /// for none.
    /// </summary>
    public string? ImagePathColumnName { get; init; } = "ImagePath";

    /// <summary>
    /// Whether an image that looks like one with a label, or like one that is suggested already, is left out. Default: true.
    /// </summary>
    public bool LeavesOutDuplicates { get; init; } = true;

    /// <summary>Chooses the images that stand for all where there are more than 4,000. The same seed suggests the same images. Default: 0.</summary>
    public int Seed { get; init; }

    /// <summary>Threads that compare images, 1 to 1024; the suggestions do not depend on it. Default: null, all cores.</summary>
    public int? Threads { get; init; }

    /// <summary>Told after every 250 rows, and after the last one, how many have been scored. Default: null, nobody.</summary>
    public IProgress<SuggestionProgress>? Progress { get; init; }

    /// <summary>Stops it. Default: none.</summary>
    public CancellationToken CancellationToken { get; init; }

    internal List<string> Problems()
    {
        List<string> problems = [];
        if (string.IsNullOrEmpty(ScoreColumnName)) problems.Add("ScoreColumnName is empty; the name of a column was expected.");
        if (string.IsNullOrEmpty(PredictedLabelColumnName)) problems.Add("PredictedLabelColumnName is empty; the name of a column was expected.");
        new OptionCheck(problems).Count(Threads, nameof(Threads), 1, OptionCheck.MostThreads);
        return problems;
    }
}

/// <summary>The progress of a suggestion of images to label. To score them takes nearly all of its time.</summary>
/// <param name="Scored">Rows that have been scored.</param>
/// <param name="Rows">Rows in all; null where the data do not say.</param>
/// <param name="Elapsed">Time since the first.</param>
/// <param name="Remaining">Estimated time to the last; null where the data do not say how many there are.</param>
public sealed record SuggestionProgress(long Scored, long? Rows, TimeSpan Elapsed, TimeSpan? Remaining);
