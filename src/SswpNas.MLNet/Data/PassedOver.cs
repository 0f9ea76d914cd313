namespace SswpNas.MLNet.Data;

/// <summary>Counts what is in a folder and is not taken, by reason.</summary>
internal sealed class PassedOver
{
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _systemFolders = new(StringComparer.Ordinal);
    private int _otherImages;

    public void Count(string reason, int count)
    {
        if (count > 0) _counts[reason] = _counts.GetValueOrDefault(reason) + count;
    }

    /// <summary>Whether somebody put a folder there: it is neither hidden nor the system's.</summary>
    public bool IsTaken(string folder)
    {
        if (!ImageNames.IsVisible(folder)) Count("hidden folders", 1);
        else if (ImageNames.IsSystem(folder)) _systemFolders.Add(Path.GetFileName(folder));
        else return true;
        return false;
    }

    /// <summary>Whether a file is an image that can be read.</summary>
    public bool IsTakenFile(string file)
    {
        if (!ImageNames.IsVisible(file)) Count("hidden files", 1);
        else if (ImageNames.IsImage(file)) return true;
        else Other(file);
        return false;
    }

    /// <summary>One line in the log; a warning where images are among it.</summary>
    public void Tell(string folder, RunLog log)
    {
        if (_systemFolders.Count > 0) Count($"folders of the system ({string.Join(", ", _systemFolders)})", _systemFolders.Count);
        if (_counts.Count == 0) return;
        string line = $"Passed over in '{folder}': {string.Join("; ", _counts.Select(c => $"{c.Value} {c.Key}"))}.";
        if (_otherImages == 0) log.Info(line);
        else log.Warn($"{line} {_otherImages} of them are images of kinds that are not read: convert them to one of {ImageNames.Extensions}.");
    }

    private void Other(string file)
    {
        string extension = Path.GetExtension(file).ToLowerInvariant();
        if (ImageNames.IsOtherImage(file)) _otherImages++;
        Count(extension.Length == 0 ? "files without an extension" : $"files of the kind {extension}", 1);
    }
}
