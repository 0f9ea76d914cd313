using SswpNas.MLNet.Reports;

namespace SswpNas.MLNet;

public sealed partial class SswpNasCatalog
{
    /// <summary>
    /// Collects, for a report, what a model made of test images: the confusion matrix, the surest mistakes and the most
    /// doubtful images with their pictures, how often the model is right where it is so and so sure, and the images' places in two
    /// dimensions by ML.NET's principal components, each with its nearest neighbours.
    /// </summary>
    /// <remarks>
    /// The data are read twice: labels, predictions and scores of all rows, then pixels and features of the rows that are
    /// shown.
    /// </remarks>
    /// <param name="scored">Test images that a model has scored; rows without a label are skipped.</param>
    /// <param name="options">Names of the columns, and how much to show; null takes the defaults.</param>
    /// <returns>What <see cref="ReportContent.Test"/> takes.</returns>
    /// <exception cref="ArgumentException">
    /// A column is missing or of another type, the two label columns have different classes, or the options cannot be used.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// No row has a label, a pixel is NaN or infinite, or the file of <see cref="ReportTestOptions.ModelPath"/> is no
    /// classifier of this library.
    /// </exception>
    /// <exception cref="IOException">That file cannot be read.</exception>
    public ReportTest DescribeTest(IDataView scored, ReportTestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(scored);
        options ??= new ReportTestOptions();
        OptionCheck.ThrowIfAny(options.Problems(), "The report's test options");
        return new TestReading(Context, scored, options).Read();
    }
}
