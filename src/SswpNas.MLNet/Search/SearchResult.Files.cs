using SswpNas.MLNet.Search.Files;
using SswpNas.MLNet.Search;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Storage;

namespace SswpNas.MLNet;

public sealed partial class SearchResult
{
    /// <summary>
    /// Checks, before a long search, that its result can be saved there: writes and deletes a probe file and leaves
    /// nothing behind.
    /// </summary>
    /// <param name="folder">The folder that <see cref="Save"/> will get; it need not exist.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="IOException">
    /// The folder holds something else than a search result, or the place cannot be written, or its disk is full.
    /// </exception>
    public static void EnsureCanSave(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ResultFolder.OfSearch.EnsureCanSave(ResultFolder.Resolve(folder));
    }

    /// <summary>
    /// Saves the result as a folder: <c>result.json</c> (settings and history), <c>genotype.txt</c> (for people),
    /// <c>alphas.safetensors</c> (float32, [epochs, cells, 14 edges, 7 operations]), <c>weights.safetensors</c> (the
    /// concomitant weights, float32) and <c>SHA256SUMS</c>. The folder is there as a whole or not at all; a search
    /// result that is there already is replaced once the new one is complete and on the disk.
    /// </summary>
    /// <param name="folder">A new or empty folder, or that of a search result.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="IOException">
    /// The folder holds something else than a search result, or the place cannot be written, or its disk is full. What
    /// was there is still there.
    /// </exception>
    public void Save(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ResultFolder.OfSearch.Replace(ResultFolder.Resolve(folder), WriteFiles);
    }

    /// <summary>
    /// Loads what <see cref="Save"/> wrote, bit for bit; files of at most 1 GiB, which is enough for 268 million weights.
    /// </summary>
    /// <param name="folder">The folder of a saved search result.</param>
    /// <returns>The search result; the same as the saved one.</returns>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">A file of the search result is missing.</exception>
    /// <exception cref="InvalidDataException">
    /// A file is damaged, altered or of another search result; the message names the file, what came and what was
    /// expected.
    /// </exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static SearchResult Load(string folder) => Load(folder, maxFileBytes: 1 << 30);

    /// <summary>Loads what <see cref="Save"/> wrote, bit for bit, with a limit of one's own.</summary>
    /// <param name="folder">The folder of a saved search result.</param>
    /// <param name="maxFileBytes">A file of more bytes is refused before it is read; at least 1.</param>
    /// <returns>The search result; the same as the saved one.</returns>
    /// <exception cref="ArgumentException">The path is empty, or the limit is below 1.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">A file of the search result is missing.</exception>
    /// <exception cref="InvalidDataException">
    /// A file is damaged, altered or of another search result; the message names the file, what came and what was
    /// expected.
    /// </exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static SearchResult Load(string folder, long maxFileBytes)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxFileBytes, 1);
        string full = ResultFolder.Resolve(folder);
        ResultFolder.OfSearch.EnsureComplete(full, maxFileBytes);
        return SearchResultReader.Read(full);
    }

    private void WriteFiles(string folder)
    {
        ResultFiles files = new(folder);
        files.WriteBytes(
            ResultFolder.OfSearch.Json,
            ResultDocument.Of(Network, History.Select(ResultDocument.EpochPart.Of)).ToJson());
        Dictionary<string, TensorValue> alphas = new() { [AlphaTensor.Name] = AlphaTensor.Of(_alphas, Cells) };
        files.WriteTensors(ResultFolder.Alphas, alphas);
        files.Finish(Network, ResultFolder.OfSearch);
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
        bool restrict = Settings.Options.GetValueOrDefault(nameof(SearchOptions.LimitSkipsAndPools)) != bool.FalseString;
        using SearchEvents events = new(folder);
        for (int epoch = 0; epoch < History.Count; epoch++)
        {
            Genotype genotype = new(_alphas[epoch].Select(cell => GenotypeDerivation.Derive(cell, restrict)));
            events.Add(History[epoch], _alphas[epoch], genotype);
        }
    }
}
