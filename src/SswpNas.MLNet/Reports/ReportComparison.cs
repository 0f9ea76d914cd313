namespace SswpNas.MLNet;

/// <summary>A model in a report's comparison. Immutable.</summary>
/// <param name="Name">What the report calls it, for example <c>random start</c>.</param>
/// <param name="Accuracy">Its accuracy on the test images of <see cref="ReportContent.Test"/>, 0 to 1.</param>
public sealed record ReportComparison(string Name, double Accuracy)
{
    /// <summary>Whether it is the model that the report is about; at most one is.</summary>
    public bool IsAnswer { get; init; }

    /// <summary>How long it takes to score one image, in milliseconds, above 0; null if it was not measured.</summary>
    public double? Milliseconds { get; init; }

    /// <summary>Size of its file in millions of bytes, above 0; null if unknown.</summary>
    public double? Megabytes { get; init; }

    internal void AddProblems(ICollection<string> found)
    {
        if (string.IsNullOrWhiteSpace(Name)) found.Add("The name of a comparison is empty; a text was expected.");
        OptionCheck check = new(found, $"Comparisons['{Name}']");
        check.Fraction(Accuracy, nameof(Accuracy));
        if (Milliseconds is double time) check.Positive(time, nameof(Milliseconds));
        if (Megabytes is double size) check.Positive(size, nameof(Megabytes));
    }
}
