namespace SswpNas.MLNet.Sweeps;

/// <summary>
/// The files of a sweep: <c>plan.json</c>, what it is about, and in <c>cells</c> a file for each cell that has ended. A file
/// is written under another name and renamed, so what is there is whole.
/// </summary>
internal sealed class SweepFolder
{
    private readonly string _cells;

    private SweepFolder(string folder) => _cells = Path.Combine(folder, "cells");

    /// <summary>Opens a folder, or makes it.</summary>
    /// <exception cref="InvalidOperationException">The folder is of another sweep: the message lists every difference.</exception>
    public static SweepFolder Open(string folder, IReadOnlyDictionary<string, string> plan)
    {
        SweepFolder opened = new(folder);
        Directory.CreateDirectory(opened._cells);
        string path = Path.Combine(folder, "plan.json");
        if (!File.Exists(path))
        {
            string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
            WriteAndMove(temporary, path, plan, overwrite: false);
        }

        Differences.Check(OptionText.WithCurrentNames(ReadPlan(path)), plan, lines => new InvalidOperationException(
            $"The folder '{folder}' holds another sweep; choose another folder, or go back to its settings. What differs:{lines}"));
        return opened;
    }

    /// <summary>Takes a cell, or null if another process has it.</summary>
    public SweepClaim? TryTake(int cell) => SweepClaim.TryTake(Stem(cell));

    /// <summary>The outcome of a cell; null if it has not ended, or if its file is damaged.</summary>
    public SweepRecord? Read(SweepCell cell, Action<string> damaged)
    {
        string path = Stem(cell.Number) + ".json";
        if (!File.Exists(path)) return null;
        try
        {
            using FileStream file = File.OpenRead(path);
            SweepRecord? record = JsonSerializer.Deserialize<SweepRecord>(file, SweepFiles.Json);
            if (record is not null && IsOf(record, cell)) return record;
        }
        catch (JsonException)
        {
            // Said below.
        }

        damaged(path);
        return null;
    }

    public void Write(SweepClaim claim, SweepRecord record) =>
        WriteAndMove(claim.Temporary, Stem(record.Cell) + ".json", record, overwrite: true);

    private static bool IsOf(SweepRecord record, SweepCell cell) =>
        record.Cell == cell.Number && record.Seed == cell.Seed && record.Fold == cell.Fold
        && record.Initialization == cell.Initialization.ToString()
        && (record.Status == nameof(SweepStatus.Failed)
            || (record.IsDone && record.AccuracyMicro is >= 0 and <= 1 && record.AccuracyMacro is >= 0 and <= 1));

    private static Dictionary<string, string> ReadPlan(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return JsonSerializer.Deserialize<Dictionary<string, string>>(file, SweepFiles.Json) ?? throw new JsonException("null");
        }
        catch (JsonException e)
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

    private string Stem(int cell) =>
        Path.Combine(_cells, "cell-" + cell.ToString("D5", CultureInfo.InvariantCulture));
}
