using SswpNas.MLNet.Storage;

namespace SswpNas.MLNet.Checkpoints;

/// <summary>All that checkpoints do to a disk, so that tests can let each of it fail or stop in the middle.</summary>
internal class CheckpointDisk
{
    public static CheckpointDisk Real { get; } = new();

    public virtual void CreateFolder(string folder) => Disk.CreateFolder(folder);

    /// <summary>Writes a new file and flushes it to the disk.</summary>
    public virtual void Write(string path, Action<Stream> content) => Disk.WriteNew(path, content);

    /// <summary>Renames a folder; there is none of the new name.</summary>
    public virtual void Rename(string folder, string to) => Disk.MoveFolder(folder, to);

    /// <summary>Removes a folder with what is in it.</summary>
    public virtual void Remove(string folder) => Disk.DeleteFolder(folder);

    /// <summary>Lets the names in a folder reach the disk.</summary>
    public virtual void FlushNames(string folder) => Disk.FlushFolder(folder);
}
