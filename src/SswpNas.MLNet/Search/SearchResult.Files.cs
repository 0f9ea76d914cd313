using SswpNas.MLNet.Search.Files;
using SswpNas.MLNet.Search;

namespace SswpNas.MLNet;

public sealed partial class SearchResult
{
    /// <summary>
    /// Checks, before a long search, that its result can be saved there: writes and deletes a probe file and leaves
    /// nothing behind.
    /// </summary>
    /// <param name="folder">The folder that <see cref="EncoderResult.Save"/> will get; it need not exist.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="IOException">
    /// The folder holds something else than a search result, or the place cannot be written, or its disk is full.
    /// </exception>
    public static void EnsureCanSave(string folder) => ResultFolder.OfSearch.EnsureCanSave(folder);

    /// <summary>
    /// Loads what <see cref="EncoderResult.Save"/> wrote, bit for bit; files of at most 1 GiB, which is enough for 268
    /// million weights.
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

    /// <summary>Loads what <see cref="EncoderResult.Save"/> wrote, bit for bit, with another size limit.</summary>
    /// <param name="folder">The folder of a saved search result.</param>
    /// <param name="maxFileBytes">A file of more bytes is refused before it is read; at least 1.</param>
    /// <returns>The search result; the same as the saved one.</returns>
    /// <exception cref="ArgumentException">The path is empty, or the limit is below 1.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">A file of the search result is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, altered or of another search result; the message names it.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static SearchResult Load(string folder, long maxFileBytes) =>
        SearchResultReader.Read(ResultFolder.OfSearch.Complete(folder, maxFileBytes));

    private protected override ResultFolder Folder => ResultFolder.OfSearch;

    private protected override void Write(ResultFiles files)
    {
        files.WriteBytes(Folder.Json, ResultDocument.Of(Network, History).ToJson());
        files.WriteTensors(
            ResultFolder.Alphas, new Dictionary<string, TensorValue> { [AlphaTensor.Name] = AlphaTensor.Of(AlphaHistory, Cells) });
    }

    /// <summary>
    /// Writes an event file with what <see cref="SearchOptions.TensorBoardFolder"/> writes while a search runs, for
    /// <c>tensorboard --logdir</c>.
    /// </summary>
    /// <param name="folder">A folder for this search alone; it is created if missing, and other files there stay.</param>
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
            Genotype genotype = new(AlphaHistory[epoch].Select(cell => GenotypeDerivation.Derive(cell, restrict)));
            events.Add(History[epoch], AlphaHistory[epoch], genotype);
        }
    }
}
