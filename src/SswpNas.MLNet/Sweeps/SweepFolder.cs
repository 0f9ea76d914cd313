namespace SswpNas.MLNet.Sweeps;

/// <summary>
/// The files of a sweep: <c>plan.json</c>, what it is about, and in <c>cells</c> a file for each cell that has ended. A file
/// is written under another name and renamed, so what is there is whole.
/// </summary>
internal sealed class SweepFolder
{
    private const int MostBytes = 1 << 20;

    private readonly string _folder;
    private readonly string _cells;

    private SweepFolder(string folder) => (_folder, _cells) = (folder, Path.Combine(folder, "cells"));

    /// <summary>Opens a folder, or makes it.</summary>
    /// <exception cref="InvalidOperationException">The folder is of another sweep: the message lists every difference.</exception>
    /// <exception cref="InvalidDataException">Its plan is damaged, or no regular file.</exception>
    /// <exception cref="IOException">It cannot be written to.</exception>
    public static SweepFolder Open(string folder, IReadOnlyDictionary<string, string> plan)
    {
        SweepFolder opened = new(folder);
        string path = Path.Combine(folder, "plan.json");
        opened.Guarded(() =>
        {
            Directory.CreateDirectory(opened._cells);
            if (!File.Exists(path)) WriteAndMove(SweepTemporary.Of(path), path, plan, overwrite: false);
            return true;
        });

        Differences.Check(OptionText.WithCurrentNames(ReadPlan(path)), plan, lines => new InvalidOperationException(
            $"The folder '{folder}' holds another sweep; choose another folder, or go back to its settings. What differs:{lines}"));
        opened.Guarded(opened.RemoveOrphans);
        return opened;
    }

    /// <summary>Takes a cell, or null if another process has it.</summary>
    public SweepClaim? TryTake(int cell) => Guarded(() => SweepClaim.TryTake(Stem(cell)));

    /// <summary>The outcome of a cell; null if it has not ended, or if its file is damaged.</summary>
    /// <exception cref="InvalidDataException">A pipe or a device has its file's name.</exception>
    public SweepRecord? Read(SweepCell cell, Action<string> damaged)
    {
        string path = Stem(cell.Number) + ".json";
        if (!File.Exists(path)) return null;
        RegularFile.CheckKind(path);
        try
        {
            SweepRecord? record = JsonSerializer.Deserialize<SweepRecord>(Bytes(path), SweepFiles.Strict);
            if (record is not null && record.IsOf(cell)) return record;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            // Said below.
        }

        damaged(path);
        return null;
    }

    public void Write(SweepClaim claim, SweepRecord record) => Guarded(() =>
    {
        WriteAndMove(claim.Temporary, Stem(record.Cell) + ".json", record, overwrite: true);
        return true;
    });

    /// <summary>What processes left that were killed: half-written files, and claims of cells that have ended.</summary>
    private bool RemoveOrphans()
    {
        SweepTemporary.RemoveOrphans(_folder);
        SweepTemporary.RemoveOrphans(_cells);
        IEnumerable<string> claimed = Directory.EnumerateFiles(_cells, "*" + SweepClaim.Mark + "*")
            .Select(path => path[..path.LastIndexOf(SweepClaim.Mark, StringComparison.Ordinal)]).Distinct();
        foreach (string stem in claimed.Where(stem => File.Exists(stem + ".json")).ToArray()) SweepClaim.TryTake(stem)?.Dispose();
        return true;
    }

    private static byte[] Bytes(string path) => RegularFile.Bytes(path, MostBytes, FileShare.ReadWrite | FileShare.Delete);

    private static Dictionary<string, string> ReadPlan(string path)
    {
        try
        {
            Dictionary<string, string>? plan = JsonSerializer.Deserialize<Dictionary<string, string>>(Bytes(path), SweepFiles.Strict);
            return plan?.Values.All(value => value is not null) == true ? plan : throw new JsonException("A text is null; texts were expected.");
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw new InvalidDataException(
                $"'{path}' is not the plan of a sweep ({e.Message}); choose another folder, or remove this one.", e);
        }
    }

    private static void WriteAndMove<T>(string temporary, string path, T content, bool overwrite)
    {
        File.Delete(temporary); // of an owner that is gone
        try
        {
            Disk.WriteNew(temporary, file => JsonSerializer.Serialize(file, content, SweepFiles.Json));
            Disk.MoveFile(temporary, path, overwrite);
        }
        catch (IOException) when (!overwrite && File.Exists(path))
        {
            File.Delete(temporary); // another process was first
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>A full disk is named as what it is, not left to look like cells that are missing.</summary>
    private T Guarded<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The sweep's folder '{_folder}' cannot be written to: {e.Message} Free some space, or choose another folder; "
                + "cells that are done stay done.", e);
        }
    }

    private string Stem(int cell) =>
        Path.Combine(_cells, "cell-" + cell.ToString("D5", CultureInfo.InvariantCulture));
}
