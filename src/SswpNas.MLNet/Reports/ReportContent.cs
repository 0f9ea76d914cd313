namespace SswpNas.MLNet;

/// <summary>
/// What a report shows besides the search itself; see
/// <see cref="SearchResultReports.WriteReport(SearchResult, string, ReportContent)"/>. Immutable; what is left empty is
/// left out of the report.
/// </summary>
public sealed record ReportContent
{
    /// <summary>The report's heading.</summary>
    public string Title { get; init; } = "Architecture search";

    /// <summary>The fine-tunings to compare, for example one an initialisation.</summary>
    public IReadOnlyList<ReportFineTuning> FineTunings { get; init; } = [];

    /// <summary>
    /// What a model made of the test images:
    /// <see cref="SswpNasCatalog.DescribeTest(Microsoft.ML.IDataView, ReportTestOptions)"/>.
    /// </summary>
    public ReportTest? Test { get; init; }

    /// <summary>
    /// Models to compare, in the order in which the report has them: others on the same test images, and, marked by
    /// <see cref="ReportComparison.IsAnswer"/>, the one that <see cref="Test"/> is of. Where none is marked, that one is put first.
    /// </summary>
    public IReadOnlyList<ReportComparison> Comparisons { get; init; } = [];

    /// <summary>How many images with a label a class was trained on, by the class's name, 0 or more.</summary>
    public IReadOnlyDictionary<string, int> LabelCounts { get; init; } = new Dictionary<string, int>();

    /// <summary>The images that were searched and trained on; null leaves them out.</summary>
    public ReportData? Data { get; init; }

    /// <summary>What it ran on: names (processor, cores) and values.</summary>
    public IReadOnlyDictionary<string, string> Hardware { get; init; } = new Dictionary<string, string>();

    /// <summary>Versions of other software by name; the library's own is there anyway.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } = new Dictionary<string, string>();

    /// <summary>Durations in seconds by what took them; those of the search are there anyway.</summary>
    public IReadOnlyDictionary<string, double> Seconds { get; init; } = new Dictionary<string, double>();

    internal IEnumerable<string> Problems()
    {
        List<string> found = [.. Nulls()];
        if (found.Count > 0) return found;
        foreach (ReportComparison comparison in Comparisons) comparison.AddProblems(found);
        if (Comparisons.Count(c => c.IsAnswer) > 1) found.Add("Comparisons has more than one model that IsAnswer; at most one was expected.");
        Data?.AddProblems(found);
        foreach ((string name, int labels) in LabelCounts.Where(c => c.Value < 0))
            found.Add(string.Create(CultureInfo.InvariantCulture, $"LabelCounts['{name}'] is {labels}; 0 or more was expected."));
        return found;
    }

    private IEnumerable<string> Nulls()
    {
        if (Title is null) yield return "Title is null; a text was expected.";
        if (FineTunings is null || FineTunings.Contains(null!)) yield return "FineTunings is null or holds null; fine-tunings were expected.";
        if (Comparisons is null || Comparisons.Contains(null!)) yield return "Comparisons is null or holds null; models to compare were expected.";
        if (LabelCounts is null) yield return "LabelCounts is null; a dictionary was expected.";
        if (Hardware is null || Versions is null || Seconds is null) yield return "Hardware, Versions or Seconds is null; a dictionary was expected.";
    }
}

/// <summary>One fine-tuning in a report.</summary>
/// <param name="Name">What the report calls it, for example <c>concomitant</c>.</param>
/// <param name="Trials">Its training runs, at least one; the curves are those of the last one.</param>
public sealed record ReportFineTuning(string Name, IReadOnlyList<FineTuneTrial> Trials)
{
    /// <summary>A fine-tuning by what it left.</summary>
    /// <param name="name">What the report calls it.</param>
    /// <param name="tuned">The fitted transformer; it is not kept.</param>
    public ReportFineTuning(string name, ConcomitantFineTuneTransformer tuned)
        : this(name, Runs(tuned))
    {
        LearningRate = tuned.LearningRate;
        ValidationAccuracy = tuned.ValidationAccuracy;
        Parameters = tuned.Parameters;
    }

    /// <summary>The learning rate that was used or chosen; null if unknown.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Accuracy on the validation part of the labels, 0 to 1; null if there was none.</summary>
    public double? ValidationAccuracy { get; init; }

    /// <summary>Accuracy on test images, 0 to 1; null if it was not measured.</summary>
    public double? TestAccuracy { get; init; }

    /// <summary>Trainable parameters of the network with its classifier; null if unknown.</summary>
    public long? Parameters { get; init; }

    /// <summary>Its duration in seconds; null if unknown.</summary>
    public double? Seconds { get; init; }

    /// <summary>What it ran with; null leaves it out of the report.</summary>
    public FineTuneOptions? Options { get; init; }

    private static IReadOnlyList<FineTuneTrial> Runs(ConcomitantFineTuneTransformer tuned)
    {
        ArgumentNullException.ThrowIfNull(tuned);
        return tuned.Trials;
    }
}
