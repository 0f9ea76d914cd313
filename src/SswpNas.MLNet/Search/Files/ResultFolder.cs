namespace SswpNas.MLNet.Search.Files;

/// <summary>The folder of a result: its files, and its replacement as a whole.</summary>
/// <remarks>Each kind of result has a JSON file of its own name, so one kind neither replaces nor passes for another.</remarks>
internal sealed class ResultFolder
{
    public const string Genotype = "genotype.txt";
    public const string Alphas = "alphas.safetensors";
    public const string Weights = "weights.safetensors";

    private const int ProbeBytes = 1 << 20;

    private readonly string _what;

    private ResultFolder(string what, string json, params string[] others)
    {
        (_what, Json, Contents) = (what, json, [json, .. others]);
    }

    public static ResultFolder OfSearch { get; } = new("search result", "result.json", Genotype, Alphas, Weights);

    public static ResultFolder OfPretraining { get; } = new("pre-training result", "pretraining.json", Genotype, Weights);

    public string Json { get; }

    /// <summary>The files with content of their own; <see cref="Sha256Sums"/> guards them.</summary>
    public IReadOnlyList<string> Contents { get; }

    /// <summary>The full path, links followed: what lies behind a link is replaced, not the link.</summary>
    private static string Resolve(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        DirectoryInfo info = new(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        return info.LinkTarget is null ? info.FullName : info.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
    }

    /// <exception cref="IOException">Something else is there, or nothing can be written.</exception>
    public void EnsureCanSave(string folder)
    {
        string full = Resolve(folder);
        EnsureReplaceable(full);
        string? existing = Path.GetDirectoryName(full);
        while (existing is not null && !Directory.Exists(existing) && !File.Exists(existing))
            existing = Path.GetDirectoryName(existing);
        Guarded(full, () =>
        {
            Disk.Probe(existing!, ProbeBytes);
            if (Directory.Exists(full)) Disk.Probe(full, ProbeBytes);
        });
    }

    /// <summary>Lets a new folder be written beside the old one, then puts it in its place.</summary>
    /// <exception cref="IOException">Something else is there, or nothing can be written.</exception>
    public void Replace(string folder, Action<string> write)
    {
        string full = Resolve(folder);
        EnsureReplaceable(full);
        string unique = $"{full}.{Guid.NewGuid():N}";
        string temporary = unique + ".tmp";
        Guarded(full, () =>
        {
            Disk.CreateFolder(temporary);
            try
            {
                write(temporary);
                Exchange(temporary, full, unique + ".old");
            }
            catch
            {
                Directory.Delete(temporary, recursive: true);
                throw;
            }

            Remove(unique + ".old");
        });
    }

    /// <summary>Writes a new file and flushes it to the disk.</summary>
    public static void WriteFile(string folder, string name, Action<Stream> write) =>
        Disk.WriteNew(Path.Combine(folder, name), write);

    /// <summary>The full path of a folder in which everything is there, and of a size that may be read.</summary>
    /// <exception cref="InvalidDataException">A file is empty, too large or none that has a length.</exception>
    public string Complete(string folder, long maxFileBytes)
    {
        string full = Resolve(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxFileBytes, 1);
        if (!Directory.Exists(full))
        {
            throw new DirectoryNotFoundException(
                $"There is no folder '{full}'; the folder of a saved {_what} was expected.");
        }

        foreach (string name in Contents.Append(Sha256Sums.FileName))
        {
            string path = Path.Combine(full, name);
            if (!File.Exists(path))
            {
                throw new FileNotFoundException(
                    $"The folder '{full}' has no file {name}; a saved {_what} with "
                    + $"{string.Join(", ", Contents)} and {Sha256Sums.FileName} was expected.", path);
            }

            RegularFile.Open(path, maxFileBytes).Dispose();
        }

        return full;
    }

    private void EnsureReplaceable(string full)
    {
        if (Path.GetDirectoryName(full) is null)
            throw new IOException($"'{full}' is the root of a file system; a folder in it was expected.");
        if (File.Exists(full))
            throw new IOException($"'{full}' is a file; a new folder or that of a {_what} was expected.");
        if (!Directory.Exists(full)) return;
        string[] names = [.. Directory.EnumerateFileSystemEntries(full).Select(entry => Path.GetFileName(entry)!)];
        string[] foreign = [.. names.Except([.. Contents, Sha256Sums.FileName]).Order(StringComparer.Ordinal)];
        if (names.Length == 0 || (foreign.Length == 0 && names.Contains(Json))) return;
        string found = string.Join(", ", (foreign.Length == 0 ? names : foreign).Take(5).Select(name => $"'{name}'"));
        throw new IOException(
            $"The folder '{full}' holds something else than a {_what} ({found}) and is not replaced; "
            + $"a new or empty folder, or that of a {_what}, was expected. Choose another one or empty it.");
    }

    /// <summary>The new one is on the disk before the old one moves, and the old one moves back if the new one cannot.</summary>
    private static void Exchange(string complete, string full, string old)
    {
        bool replaces = Directory.Exists(full);
        Disk.FlushFolder(complete);
        if (replaces) Disk.MoveFolder(full, old);
        try
        {
            Disk.MoveFolder(complete, full);
            Disk.FlushFolder(Path.GetDirectoryName(full)!);
        }
        catch
        {
            if (Directory.Exists(full)) Directory.Move(full, complete);
            if (replaces) Directory.Move(old, full);
            throw;
        }
    }

    /// <summary>The new one is in its place: that the old one stays beside it is no failure to save.</summary>
    private static void Remove(string old)
    {
        try
        {
            if (Directory.Exists(old)) Disk.DeleteFolder(old);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private void Guarded(string full, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The {_what} cannot be saved as '{full}': {e.Message} A folder that can be written, on a disk "
                + "with room, was expected.", e);
        }
    }
}
