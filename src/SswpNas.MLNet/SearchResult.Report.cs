using System.Text;
using SswpNas.MLNet.Reports;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.TensorBoard;

namespace SswpNas.MLNet;

public sealed partial class SearchResult
{
    /// <summary>
    /// Writes the search as one HTML file that needs nothing beside it: the network and its cells as graphs, losses, path
    /// entropy, skips, pools and alphas over the epochs, when cells were frozen, options, versions, parameters and
    /// multiply-adds. Any browser shows it, light or dark, on a phone or printed.
    /// </summary>
    /// <param name="path">The file; it is replaced when it exists, once the new one is complete.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public void WriteReport(string path) => WriteReport(path, new ReportContent());

    /// <summary>
    /// Writes the search and what came of it: besides <see cref="WriteReport(string)"/>'s sections the curves of fine-tunings,
    /// a confusion matrix, the worst mistakes as pictures, the test images in two dimensions, hardware and durations.
    /// </summary>
    /// <param name="path">The file; it is replaced when it exists, once the new one is complete.</param>
    /// <param name="content">What to show besides the search.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty, or the content cannot be used.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public void WriteReport(string path, ReportContent content)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(content);
        OptionCheck.ThrowIfAny(content.Problems(), "The report's content");
        WholeFile.Write(path, Encoding.UTF8.GetBytes(new ReportPage(this, content).ToHtml()));
    }

    /// <summary>
    /// Writes an event file with what <see cref="SearchOptions.TensorBoardFolder"/> writes while a search runs, for
    /// <c>tensorboard --logdir</c>.
    /// </summary>
    /// <param name="folder">A folder for this search alone; it is made where it is missing, and other files there stay.</param>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is empty.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public void WriteTensorBoard(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        bool restrict = Settings.Options.GetValueOrDefault(nameof(SearchOptions.Restrict)) != bool.FalseString;
        using SearchEvents events = new(folder);
        for (int epoch = 0; epoch < History.Count; epoch++)
        {
            Genotype genotype = new(_alphas[epoch].Select(cell => GenotypeDerivation.Derive(cell, restrict)));
            events.Add(History[epoch], _alphas[epoch], genotype);
        }
    }
}
