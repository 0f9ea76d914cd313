namespace SswpNas.MLNet.Checkpoints;

/// <summary>All that checkpoints do to a disk, so that tests can let each of it fail or stop in the middle.</summary>
internal class CheckpointDisk
{
    public static CheckpointDisk Real { get; } = new();

    public virtual void CreateFolder(string folder) => Directory.CreateDirectory(folder);

    /// <summary>Writes a new file and flushes it to the disk.</summary>
    public virtual void Write(string path, Action<Stream> content)
    {
        using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write);
        content(file);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Renames a folder; there is none of the new name.</summary>
    public virtual void Rename(string folder, string to) => Directory.Move(folder, to);

    /// <summary>Removes a folder with what is in it.</summary>
    public virtual void Remove(string folder) => Directory.Delete(folder, recursive: true);

    /// <summary>Lets the names in a folder reach the disk.</summary>
    public virtual void FlushNames(string folder) => FolderFlush.Flush(folder);
}
