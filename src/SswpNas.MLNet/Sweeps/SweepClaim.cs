namespace SswpNas.MLNet.Sweeps;

/// <summary>
/// The right to run a cell, as a file that only one process can create (O_EXCL, which holds on network file systems too).
/// While its owner lives, the file is touched; when its owner is gone, another process does not take the file over but
/// creates the next generation, so no two can take it over from the same one. Cells are deterministic: should an owner that
/// was given up live on, it writes what the other one writes.
/// </summary>
internal sealed class SweepClaim : IDisposable
{
    /// <summary>An owner that has not touched its file for so long is gone.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(20);

    private readonly string _stem;
    private readonly int _generation;
    private readonly Timer _timer;

    private SweepClaim(string stem, int generation)
    {
        (_stem, _generation) = (stem, generation);
        _timer = new Timer(_ => Touch(), null, Beat, Beat);
    }

    /// <summary>Where the owner writes before it renames; who takes over removes it.</summary>
    public string Temporary => FileOf(_stem, _generation) + ".tmp";

    /// <summary>The claim, or null while another process has it.</summary>
    public static SweepClaim? TryTake(string stem)
    {
        int last = Generations(stem).DefaultIfEmpty(0).Max();
        if (last > 0 && IsAlive(FileOf(stem, last))) return null;
        try
        {
            using FileStream file = new(FileOf(stem, last + 1), FileMode.CreateNew, FileAccess.Write, FileShare.Read);
            JsonSerializer.Serialize(file, ProcessIdentity.Own);
            return new SweepClaim(stem, last + 1);
        }
        catch (IOException) when (File.Exists(FileOf(stem, last + 1)))
        {
            return null;
        }
    }

    /// <summary>Gives the cell free, with all that earlier owners have left.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        foreach (int generation in Generations(_stem).Where(g => g <= _generation))
        {
            File.Delete(FileOf(_stem, generation) + ".tmp");
            File.Delete(FileOf(_stem, generation));
        }
    }

    private static string FileOf(string stem, int generation) =>
        stem + ".claim-" + generation.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<int> Generations(string stem)
    {
        string prefix = Path.GetFileName(stem) + ".claim-";
        foreach (string path in Directory.EnumerateFiles(Path.GetDirectoryName(stem)!, prefix + "*"))
        {
            string number = Path.GetFileName(path)[prefix.Length..];
            if (int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int generation)) yield return generation;
        }
    }

    private static bool IsAlive(string claim)
    {
        try
        {
            if (Age(claim) > Lease) return false;
            return JsonSerializer.Deserialize<ProcessIdentity>(File.ReadAllText(claim))?.MayRun() ?? true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (JsonException)
        {
            return true; // its owner is writing it
        }
    }

    /// <summary>By the clock of the file system, which all machines share.</summary>
    private static TimeSpan Age(string claim)
    {
        string probe = claim + "." + Guid.NewGuid().ToString("N") + ".now";
        using FileStream now = new(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.DeleteOnClose);
        now.WriteByte(0);
        now.Flush(flushToDisk: true);
        return File.GetLastWriteTimeUtc(probe) - File.GetLastWriteTimeUtc(claim);
    }

    private void Touch()
    {
        try
        {
            File.SetLastWriteTimeUtc(FileOf(_stem, _generation), DateTime.UtcNow);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next update may succeed; without any, another process takes over and finds the same figures.
        }
    }
}
