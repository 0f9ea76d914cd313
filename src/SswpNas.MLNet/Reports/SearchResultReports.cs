using SswpNas.MLNet.Reports;

namespace SswpNas.MLNet;

/// <summary>Writes reports of searches.</summary>
public static class SearchResultReports
{
    /// <summary>
    /// Writes the search as one HTML file that needs nothing beside it: the network and its cells as graphs, losses, path
    /// entropy, skips, pools and alphas over the epochs, when cells were frozen, options, versions, parameters and
    /// multiply-adds. Any browser shows it, light or dark, on a phone or printed.
    /// </summary>
    /// <param name="result">The search.</param>
    /// <param name="path">The file; it is replaced when it exists, once the new one is complete.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void WriteReport(this SearchResult result, string path) => WriteReport(result, path, new ReportContent());

    /// <summary>
    /// Writes the search and what came of it. First the answer: accuracy on test images with its interval, other models beside it, a
    /// confusion matrix, the surest mistakes and the most doubtful images as pictures, how far probabilities can be trusted. Then the
    /// data and the test images in two dimensions; then <see cref="WriteReport(SearchResult, string)"/>'s sections, the
    /// curves of fine-tunings, hardware and durations. A script in the file shows the neighbours of an image; without it
    /// all the rest is there.
    /// </summary>
    /// <param name="result">The search.</param>
    /// <param name="path">The file; it is replaced when it exists, once the new one is complete.</param>
    /// <param name="content">What to show besides the search.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty, or the content cannot be used.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void WriteReport(this SearchResult result, string path, ReportContent content)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(content);
        OptionCheck.ThrowIfAny(content.Problems(), "The report's content");
        WholeFile.Write(path, Encoding.UTF8.GetBytes(new ReportPage(result, content).ToHtml()));
    }
}
