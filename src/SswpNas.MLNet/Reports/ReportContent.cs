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

    /// <summary>What it ran on: names (processor, cores) and values.</summary>
    public IReadOnlyDictionary<string, string> Hardware { get; init; } = new Dictionary<string, string>();

    /// <summary>Versions of other software by name; the library's own is there anyway.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } = new Dictionary<string, string>();

    /// <summary>Durations in seconds by what took them; those of the search are there anyway.</summary>
    public IReadOnlyDictionary<string, double> Seconds { get; init; } = new Dictionary<string, double>();

    internal IEnumerable<string> Problems()
    {
        if (Title is null) yield return "Title is null; a text was expected.";
        if (FineTunings is null || FineTunings.Contains(null!)) yield return "FineTunings is null or holds null; fine-tunings were expected.";
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
