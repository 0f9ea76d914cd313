namespace SswpNas.MLNet;

/// <summary>The images of a search and a training, in a report. Immutable; what is left null or empty is left out.</summary>
/// <param name="Images">How many there are, 0 or more.</param>
public sealed record ReportData(int Images)
{
    /// <summary>How many of them have a label, 0 or more; null if unknown.</summary>
    public int? Labelled { get; init; }

    /// <summary>How many images a class has, labelled or not, by the class's name, 0 or more.</summary>
    public IReadOnlyDictionary<string, int> Classes { get; init; } = new Dictionary<string, int>();

    /// <summary>How many images are copies of another one, 0 or more; null if nobody looked.</summary>
    public int? Duplicates { get; init; }

    /// <summary>How many images have a size, by the size as a text, for example <c>640 × 480</c>; 0 or more.</summary>
    public IReadOnlyDictionary<string, int> Sizes { get; init; } = new Dictionary<string, int>();

    internal void AddProblems(ICollection<string> found)
    {
        OptionCheck check = new(found, "Data");
        check.NotNegative(Images, nameof(Images));
        if (Labelled is int labelled) check.NotNegative(labelled, nameof(Labelled));
        if (Duplicates is int duplicates) check.NotNegative(duplicates, nameof(Duplicates));
        if (Classes is null || Sizes is null) found.Add("Data.Classes or Data.Sizes is null; a dictionary was expected.");
        foreach ((string name, int count) in Classes ?? new Dictionary<string, int>()) check.NotNegative(count, $"{nameof(Classes)}['{name}']");
        foreach ((string name, int count) in Sizes ?? new Dictionary<string, int>()) check.NotNegative(count, $"{nameof(Sizes)}['{name}']");
    }
}
