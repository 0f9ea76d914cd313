using System.Text.RegularExpressions;

namespace SswpNas.MLNet.Checkpoints;

/// <summary>
/// The checkpoints of a run, of which the last two are kept, in a folder that is locked while the run is active. Nothing in
/// the folder is touched but what has a checkpoint's name.
/// </summary>
internal sealed partial class CheckpointFolder : IDisposable
{
    private const string Unfinished = ".tmp";
    private const int Kept = 2;

    private readonly string _folder;
    private CheckpointLock _lock;
    private readonly List<int> _damaged = [];

    private CheckpointFolder(string folder, CheckpointLock taken)
    {
        (_folder, _lock) = (folder, taken);
    }

    /// <summary>
    /// Makes the folder if need be, locks it, and removes what a run that died was about to write or to remove.
    /// </summary>
    /// <exception cref="IOException">Another run is using it, or it cannot be written.</exception>
    public static CheckpointFolder Open(string folder)
    {
        string full = Path.GetFullPath(folder);
        CheckpointLock taken = Guarded(full, () =>
        {
            if (!Directory.Exists(full))
            {
                Disk.CreateFolder(full);
                Disk.FlushFolder(Path.GetDirectoryName(full)!);
            }

            return CheckpointLock.Take(full);
        });
        try
        {
            Guarded(full, () =>
            {
                foreach (string path in Directory.EnumerateDirectories(full).Where(IsUnfinished)) Disk.DeleteFolder(path);
                return true;
            });
            return new CheckpointFolder(full, taken);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    public override string ToString() => _folder;

    /// <summary>Whether somebody has deleted the folder under the run.</summary>
    public bool IsGone => !Directory.Exists(_folder);

    /// <summary>The last checkpoint that can be used; null if there has been none.</summary>
    /// <exception cref="InvalidDataException">There are checkpoints, but none of them can be used.</exception>
    /// <exception cref="IOException">The folder was deleted.</exception>
    public (IReadOnlyDictionary<string, string> Identity, Checkpoint Checkpoint)? ReadLast(Action<string> damaged)
    {
        if (IsGone)
        {
            throw new IOException(
                $"The folder of checkpoints '{_folder}' was deleted while the run was using it, so there is no checkpoint to go back "
                + "to. Run it again, and leave the folder alone until it ends.");
        }

        Exception? first = null;
        foreach (int number in Numbers().OrderDescending())
        {
            try
            {
                (IReadOnlyDictionary<string, string>, Checkpoint) read = CheckpointFile.Read(PathOf(number));
                RemoveOld();
                return read;
            }
            catch (Exception e) when (e is InvalidDataException or IOException)
            {
                damaged(e.Message);
                first ??= e;
                _damaged.Add(number);
            }
        }

        return first is null
            ? null
            : throw new InvalidDataException(
                $"No checkpoint in '{_folder}' can be used. Remove the folder to start over. {first.Message}", first);
    }

    /// <summary>Writes the next checkpoint; when it is on the disk, those before the last two are removed.</summary>
    /// <exception cref="IOException">It could not be written; the checkpoints before it are still there.</exception>
    public void Write(IReadOnlyDictionary<string, string> identity, Checkpoint checkpoint)
    {
        if (IsGone) Restore();
        int number = Numbers().DefaultIfEmpty(0).Max() + 1;
        string complete = PathOf(number), temporary = complete + Unfinished;
        try
        {
            CheckpointFile.Write(temporary, identity, checkpoint);
            Disk.MoveFolder(temporary, complete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryRemove(temporary);
            throw new IOException($"A checkpoint could not be written to '{_folder}': {e.Message}", e);
        }

        Disk.FlushFolder(_folder);
        foreach (int damaged in Numbers().Intersect(_damaged)) Remove(PathOf(damaged));
        RemoveOld();
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>Makes the folder again, and locks it again: the lock went with it.</summary>
    private void Restore()
    {
        _lock.Dispose();
        _lock = Guarded(_folder, () =>
        {
            Disk.CreateFolder(_folder);
            return CheckpointLock.Take(_folder);
        });
        _damaged.Clear();
    }

    private void RemoveOld()
    {
        foreach (int old in Numbers().Except(_damaged).Order().SkipLast(Kept)) Remove(PathOf(old));
    }

    /// <summary>Renamed first: half a checkpoint is not to be taken for one.</summary>
    private static void Remove(string checkpoint)
    {
        Disk.MoveFolder(checkpoint, checkpoint + Unfinished);
        Disk.DeleteFolder(checkpoint + Unfinished);
    }

    private static T Guarded<T>(string folder, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is (IOException or UnauthorizedAccessException) and not CheckpointsInUseException)
        {
            throw new IOException(
                $"Checkpoints cannot be kept in '{folder}': {e.Message} A folder that can be written was expected.", e);
        }
    }

    private static bool IsUnfinished(string path) => UnfinishedName().IsMatch(Path.GetFileName(path));

    private static void TryRemove(string temporary)
    {
        try
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next run removes it.
        }
    }

    private int[] Numbers() =>
        [.. Directory.EnumerateDirectories(_folder).Select(path => CompleteName().Match(Path.GetFileName(path)))
            .Where(match => match.Success).Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))];

    private string PathOf(int number) =>
        Path.Combine(_folder, "checkpoint-" + number.ToString("D8", CultureInfo.InvariantCulture));

    [GeneratedRegex("^checkpoint-([0-9]{8})$")]
    private static partial Regex CompleteName();

    [GeneratedRegex("^checkpoint-[0-9]{8}\\.tmp$")]
    private static partial Regex UnfinishedName();
}
