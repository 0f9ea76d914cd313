namespace SswpNas.MLNet.Storage;

/// <content>Files that are written: new ones, which no name that is there already can lead astray, and locks.</content>
internal static partial class RegularFile
{
    /// <summary>A new file; a name that is there already, a dangling link included, is an error.</summary>
    /// <exception cref="IOException">Something of that name is there, or the disk is full or fails.</exception>
    public static FileStream New(
        string path, FileShare share = FileShare.Read, FileAccess access = FileAccess.Write, int bufferSize = 4096,
        FileOptions options = FileOptions.None) =>
        new(path, FileMode.CreateNew, access, share, bufferSize, options);

    /// <summary>Opens the file of a lock, or makes it; nobody else can until it is closed.</summary>
    /// <exception cref="IOException">Another process has it, or it is no file that belongs to this folder alone.</exception>
    public static FileStream Lock(string path)
    {
        CheckLock(path);
        // On Unix FileShare.None is an exclusive flock.
        FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        try
        {
            CheckLock(path); // it may be another one by now, and nothing was written yet
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes the first byte of a file again: its time becomes that of the file system's own clock.</summary>
    /// <exception cref="IOException">It is gone, or cannot be written.</exception>
    public static void Touch(string path)
    {
        CheckKind(path);
        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        int first = file.ReadByte();
        if (first < 0) return;
        file.Position = 0;
        file.WriteByte((byte)first);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Refuses to put a file in the place of something that is none.</summary>
    /// <exception cref="IOException">A folder, a pipe, a socket or a device is there, or the folder around it is missing.</exception>
    public static void CheckReplaceable(string path)
    {
        if (FileKinds.Of(path) is FileKind.Folder or FileKind.Special)
            throw new IOException($"'{path}' is a folder, a pipe, a socket or a device and is not replaced; the path of a file was expected.");
        if (Path.GetDirectoryName(path) is string folder && !Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no folder '{folder}' for the file '{path}'. Create it, or choose another path.");
    }

    private static void CheckLock(string path)
    {
        if (FileKinds.IsLink(path) || FileKinds.Of(path) is FileKind.Folder or FileKind.Special)
        {
            throw new IOException(
                $"'{path}' is a link to another file, or no file at all, and is left alone. Remove it, or choose another folder.");
        }
    }
}
