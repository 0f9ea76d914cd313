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

    /// <summary>Stands between a cell's name and the number of the claim.</summary>
    public const string Mark = ".claim-";

    private const int MostBytes = 4096;

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
    /// <exception cref="InvalidDataException">A pipe or a device has a claim's name.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public static SweepClaim? TryTake(string stem)
    {
        int last = Generations(stem).DefaultIfEmpty(0).Max();
        if (last > 0 && IsAlive(FileOf(stem, last))) return null;
        string claim = FileOf(stem, last + 1), whole = SweepTemporary.Of(FileOf(stem, last + 1));
        bool isWritten = false;
        try
        {
            // Written under another name first: whoever sees a claim sees all of it.
            Disk.WriteNew(whole, file => JsonSerializer.Serialize(file, ProcessIdentity.Own));
            isWritten = true;
            Disk.MoveFile(whole, claim, overwrite: false);
            return new SweepClaim(stem, last + 1);
        }
        catch (IOException) when (File.Exists(whole) && File.Exists(claim))
        {
            return null; // another process was first
        }
        catch when (isWritten && !File.Exists(whole))
        {
            File.Delete(claim); // this process's own, which may not be on the disk
            throw;
        }
        finally
        {
            File.Delete(whole);
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
        stem + Mark + generation.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<int> Generations(string stem)
    {
        string prefix = Path.GetFileName(stem) + Mark;
        foreach (string path in Directory.EnumerateFiles(Path.GetDirectoryName(stem)!, prefix + "*"))
        {
            string number = Path.GetFileName(path)[prefix.Length..];
            if (int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int generation)) yield return generation;
        }
    }

    private static bool IsAlive(string claim)
    {
        RegularFile.CheckKind(claim);
        try
        {
            byte[] content = RegularFile.Bytes(claim, MostBytes, FileShare.ReadWrite | FileShare.Delete);
            ProcessIdentity? owner = JsonSerializer.Deserialize<ProcessIdentity>(content);
            // Where the process can be looked at, no clock is asked.
            return owner?.Place is not null && (owner.Runs() ?? SweepClock.Age(claim).Duration() <= Lease);
        }
        catch (Exception e) when (e is FileNotFoundException or JsonException or InvalidDataException)
        {
            return false; // claims are whole: this one was cut short by a full disk, or is gone
        }
    }

    private void Touch()
    {
        try
        {
            RegularFile.Touch(FileOf(_stem, _generation));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            // The next update may succeed; without any, another process takes over and finds the same figures.
        }
    }
}
