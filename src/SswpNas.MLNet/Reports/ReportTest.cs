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
    /// Pixels of the images, for their pictures; null for no pictures. Where the data have no such column the
    /// report says so. Default: <c>Pixels</c>.
    /// </summary>
    public string? PixelColumnName { get; init; } = "Pixels";

    /// <summary>How many mistakes are shown, the surest first, 0 to 200.</summary>
    public int Mistakes { get; init; } = 24;

    /// <summary>
    /// How many of the most doubtful images are shown, those first whose two likeliest classes are nearest, 0 to 200.
    /// </summary>
    public int Doubtful { get; init; } = 12;

    /// <summary>
    /// The ONNX file of the model that scored the data, by <see cref="ClassifierTransformer.ExportToOnnx"/>: beside every picture
    /// the report then shows which places spoke for the class that was said (its class activation map). The column
    /// <see cref="PixelColumnName"/> has to be the one that the model reads. Null (default) for no maps.
    /// </summary>
    public string? ModelPath { get; init; }

    /// <summary>
    /// How many images are drawn in two dimensions at most, evenly taken from all, 3 to 20,000. Up to 1,000 of them have small
    /// pictures in the report, which shows the nearest images of one that is chosen.
    /// </summary>
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
        check.That(Doubtful is >= 0 and <= 200, nameof(Doubtful), Doubtful, "0 to 200");
        check.NullOrName(ModelPath, nameof(ModelPath));
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

    /// <summary>
    /// The expected calibration error, 0 to 1: the mean distance between how sure the model was and how often right, over 15 ranges of
    /// equal width (Guo et al., ICML 2017). Some 0.02 to 0.04 of 1,000 images are chance. Null where no image has a class that the model
    /// named.
    /// </summary>
    public double? CalibrationError =>
        Reliability.Any(bin => bin.Count > 0) ? SswpNas.MLNet.Numerics.Reliability.ExpectedError(Reliability) : null;

    /// <summary>The surest mistakes.</summary>
    internal IReadOnlyList<ReportImage> Mistakes { get; init; } = [];

    /// <summary>The images whose two likeliest classes are nearest.</summary>
    internal IReadOnlyList<ReportImage> Doubtful { get; init; } = [];

    /// <summary>How sure the model was, and how often right.</summary>
    internal IReadOnlyList<ReliabilityBin> Reliability { get; init; } = [];

    internal IReadOnlyList<ReportPoint> Points { get; init; } = [];

    /// <summary>Pictures of the points and which are near each other; null where there are none.</summary>
    internal ReportNeighbours? Neighbours { get; init; }

    /// <summary>What is not shown and why.</summary>
    internal IReadOnlyList<string> Missing { get; init; } = [];
}

/// <summary>What a model said of an image.</summary>
/// <param name="Number">The image's row in the scored data, from 0.</param>
/// <param name="Label">Its class, from 0.</param>
/// <param name="Predicted">The class that the model said.</param>
/// <param name="Probability">How sure the model was, 0 to 1.</param>
/// <param name="Second">The likeliest of the other classes.</param>
/// <param name="SecondProbability">Its probability, 0 to 1.</param>
internal readonly record struct ReportAnswer(
    long Number, int Label, int Predicted, double Probability, int Second, double SecondProbability)
{
    public bool IsRight => Predicted == Label;

    /// <summary>Whether the model said anything.</summary>
    public bool IsSaid => Predicted != LabelColumn.Missing;
}

/// <summary>An image that is shown.</summary>
/// <param name="Answer">What the model said of it.</param>
/// <param name="Png">The image.</param>
/// <param name="Map">The image with the places that spoke for the class that was said; null without maps.</param>
/// <param name="Width">The image's width in pixels.</param>
internal sealed record ReportImage(ReportAnswer Answer, byte[] Png, byte[]? Map, int Width);

/// <summary>An image's place in two dimensions.</summary>
internal readonly record struct ReportPoint(double X, double Y, int Label, int Predicted);

/// <summary>Small pictures of the points, and which are near each other by their features.</summary>
/// <param name="Jpeg">All pictures in one, row by row.</param>
/// <param name="Columns">How many are in a row.</param>
/// <param name="Rows">How many rows there are.</param>
/// <param name="Nearest">The points nearest to each one, the nearest first.</param>
internal sealed record ReportNeighbours(byte[] Jpeg, int Columns, int Rows, IReadOnlyList<int[]> Nearest);
