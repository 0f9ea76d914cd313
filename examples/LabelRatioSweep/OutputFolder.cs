namespace RatioSweep;

/// <summary>What is where in the folder of a sweep.</summary>
internal sealed class OutputFolder(string path)
{
    public string Root { get; } = Path.GetFullPath(path);

    public string Settings => Path.Combine(Root, "settings.json");

    public string SearchResult => Path.Combine(Root, "search-result");

    public string PretrainResult => Path.Combine(Root, "pretrain-result");

    /// <summary>Where search and pre-training keep checkpoints until they are done.</summary>
    public string Checkpoints(string run) => Path.Combine(Root, "checkpoints", run);

    /// <summary>The cells, and what the sweep is about.</summary>
    public string Sweep => Path.Combine(Root, "sweep");

    public bool IsSearched => Directory.Exists(SearchResult) && Directory.Exists(PretrainResult);

    /// <summary>Makes the folder and finds out, before the long work, whether it can be written to.</summary>
    /// <exception cref="IOException">It cannot.</exception>
    public void Prepare()
    {
        try
        {
            Directory.CreateDirectory(Root);
            if (!Directory.Exists(SearchResult)) SswpNas.MLNet.SearchResult.EnsureCanSave(SearchResult);
            if (!Directory.Exists(PretrainResult)) SswpNas.MLNet.PretrainResult.EnsureCanSave(PretrainResult);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The folder '{Root}' cannot be written to: {problem.Message} Choose another one with --output.", problem);
        }
    }
}
