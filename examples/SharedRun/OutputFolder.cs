namespace SswpNas.MLNet.Examples;

/// <summary>Where the results go. What could keep them from being written is found before the long work.</summary>
internal sealed class OutputFolder
{
    public const string ModelName = "model.zip";
    public const string OnnxName = "model.onnx";
    public const string SearchResultName = "search-result";
    public const string ResultsName = "results.json";
    public const string ReportName = "report.html";
    public const string CheckpointsName = "checkpoints";

    private const long Needed = 256L << 20;

    private OutputFolder(string root) => Root = root;

    public string Root { get; }

    /// <summary>Makes the folder, writes a file into it and asks for the free space.</summary>
    /// <exception cref="IOException">It cannot be written to, or the disk is nearly full.</exception>
    public static OutputFolder Prepare(string path)
    {
        string root = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(root);
            string probe = NewFile.TemporaryName(Path.Combine(root, "probe"));
            File.WriteAllBytes(probe, [0]);
            File.Delete(probe);
            SearchResult.EnsureCanSave(Path.Combine(root, SearchResultName));
            foreach (string name in new[] { ModelName, OnnxName, ResultsName, ReportName })
            {
                if (Directory.Exists(Path.Combine(root, name))) throw new IOException($"'{name}' there is a folder.");
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The output folder '{root}' cannot be written to: {problem.Message} Choose another one with --output.",
                problem);
        }

        long free = new DriveInfo(root).AvailableFreeSpace;
        if (free < Needed)
        {
            throw new IOException(
                $"The output folder '{root}' has {free >> 20} MiB of free space; {Needed >> 20} MiB were expected. "
                + "Make room or choose another one with --output.");
        }

        return new OutputFolder(root);
    }

    /// <summary>Where a run that was stopped left what the same command goes on from.</summary>
    public string Checkpoints => PathOf(CheckpointsName);

    /// <summary>The run is done: nobody goes on from its checkpoints any more.</summary>
    public void DeleteCheckpoints()
    {
        if (Directory.Exists(Checkpoints)) Directory.Delete(Checkpoints, recursive: true);
    }

    public string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>Has a file written under a temporary name and renames it, so that nobody sees half of it.</summary>
    public string Write(string name, Action<string> write)
    {
        string path = PathOf(name);
        NewFile.Write(path, write);
        return path;
    }
}
