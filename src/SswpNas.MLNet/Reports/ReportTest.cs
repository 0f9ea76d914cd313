namespace SswpNas.MLNet;

/// <summary>Which columns a report's test section reads and how much of them it shows. Immutable.</summary>
public sealed record ReportTestOptions
{
    /// <summary>The true class, a key. Default: <c>Label</c>.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>The class that the model says, a key with the same classes. Default: <c>PredictedLabel</c>.</summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>Probabilities of the classes. Default: <c>Score</c>.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>
    /// Vectors that describe the images, for the picture of all images in two dimensions; null for no picture. Where the
    /// data have no such column the report says so. Default: <c>Features</c>.
    /// </summary>
    public string? FeatureColumnName { get; init; } = "Features";

    /// <summary>
    /// Pixels of the images, for the pictures of mistakes; null for no pictures. Where the data have no such column the
    /// report says so. Default: <c>Pixels</c>.
    /// </summary>
    public string? PixelColumnName { get; init; } = "Pixels";

    /// <summary>How many mistakes are shown, the surest first, 0 to 200.</summary>
    public int Mistakes { get; init; } = 24;

    /// <summary>How many images are drawn in two dimensions at most, evenly taken from all, 3 to 20,000.</summary>
    public int Points { get; init; } = 1000;

    /// <summary>Seed of ML.NET's principal components, which are found by random projections.</summary>
    public int Seed { get; init; }

    internal IEnumerable<string> Problems()
    {
        List<string> found = [];
        OptionCheck check = new(found);
        foreach ((string name, string value) in new[]
        {
            (nameof(LabelColumnName), LabelColumnName), (nameof(PredictedLabelColumnName), PredictedLabelColumnName),
            (nameof(ScoreColumnName), ScoreColumnName),
        })
        {
            if (string.IsNullOrEmpty(value)) found.Add($"{name} is empty; the name of a column was expected.");
        }

        check.That(Mistakes is >= 0 and <= 200, nameof(Mistakes), Mistakes, "0 to 200");
        check.That(Points is >= 3 and <= 20_000, nameof(Points), Points, "3 to 20000");
        return found;
    }
}

/// <summary>
/// What a model made of test images, for a report; made by
/// <see cref="SswpNasCatalog.DescribeTest(Microsoft.ML.IDataView, ReportTestOptions)"/>. A value that holds no data view.
/// </summary>
public sealed class ReportTest
{
    internal ReportTest(IReadOnlyList<string> classes, int[][] counts)
    {
        (Classes, Counts) = (classes, counts);
    }

    /// <summary>The classes in label order.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The confusion matrix: how many images of class [i] were said to be of class [j].</summary>
    public IReadOnlyList<IReadOnlyList<int>> Counts { get; }

    /// <summary>How many images had a label.</summary>
    public int Images => Counts.Sum(row => row.Sum());

    /// <summary>The part of them that was named correctly, 0 to 1; every image counts the same.</summary>
    public double Accuracy => Images == 0 ? 0 : Enumerable.Range(0, Counts.Count).Sum(i => Counts[i][i]) / (double)Images;

    internal IReadOnlyList<ReportMistake> Mistakes { get; init; } = [];

    internal IReadOnlyList<ReportPoint> Points { get; init; } = [];

    /// <summary>What is not shown and why.</summary>
    internal IReadOnlyList<string> Missing { get; init; } = [];
}

/// <summary>An image that was named wrongly.</summary>
/// <param name="Label">Its class, from 0.</param>
/// <param name="Predicted">The class that the model said.</param>
/// <param name="Probability">How sure the model was, 0 to 1.</param>
/// <param name="Png">The image.</param>
/// <param name="Width">Its width in pixels.</param>
internal sealed record ReportMistake(int Label, int Predicted, double Probability, byte[] Png, int Width);

/// <summary>An image's place in two dimensions.</summary>
internal readonly record struct ReportPoint(double X, double Y, int Label, int Predicted);
