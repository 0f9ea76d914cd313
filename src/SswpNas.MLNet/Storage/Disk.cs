using System.Runtime.Versioning;

namespace SswpNas.MLNet.Storage;

/// <summary>
/// The changes that the library makes on a disk and that have to last, in one place: what is written is flushed, folders
/// too, and a test can make any step fail.
/// </summary>
internal static partial class Disk
{
    private const int ProbeBlock = 1 << 20;
    private const int InvalidArgument = 22; // EINVAL: a file system whose folders need no flush

    private const int Exists = 17; // EEXIST

    private static readonly AsyncLocal<DiskTap?> _tap = new();

    /// <summary>For tests: called before each step, on this thread and those it starts.</summary>
    public static DiskTap? Tap
    {
        get => _tap.Value;
        set => _tap.Value = value;
    }

    /// <summary>Writes a new file; its content is on the disk when this returns. A part of it is left if that fails.</summary>
    /// <exception cref="IOException">The file is there already, or the disk is full or fails.</exception>
    public static void WriteNew(string path, Action<Stream> write)
    {
        Tap?.Before(DiskStep.Create, path);
        using FileStream file = RegularFile.New(path);
        write(Tap?.Over(file, path) ?? file);
        Do(DiskStep.Flush, path, () => file.Flush(flushToDisk: true));
    }

    /// <summary>
    /// Writes a file that is gone at once: a full disk is found by writing, not by asking, since quotas and thin volumes lie.
    /// </summary>
    /// <exception cref="IOException">The folder is not there, or cannot be written.</exception>
    public static void Probe(string folder, int bytes)
    {
        string path = Path.Combine(folder, $".{Guid.NewGuid():N}.probe");
        using FileStream stream = RegularFile.New(path, FileShare.None, bufferSize: 0, options: FileOptions.DeleteOnClose);
        byte[] block = new byte[Math.Min(bytes, ProbeBlock)];
        for (int left = bytes; left > 0; left -= block.Length) stream.Write(block, 0, Math.Min(left, block.Length));
        stream.Flush(flushToDisk: true);
    }

    public static void CreateFolder(string path) => Do(DiskStep.CreateFolder, path, () => Directory.CreateDirectory(path));

    /// <summary>
    /// Renames a file and flushes its folder: after a power failure either the old name is there or the new one.
    /// </summary>
    public static void MoveFile(string from, string to, bool overwrite)
    {
        Do(DiskStep.Move, to, () =>
        {
            if (overwrite) File.Move(from, to, overwrite: true);
            else MoveNew(from, to);
        });
        FlushFolder(Path.GetDirectoryName(to)!);
    }

    /// <summary>Renames a folder, and flushes nothing; there must be none of the new name.</summary>
    public static void MoveFolder(string from, string to) => Do(DiskStep.Move, to, () => Directory.Move(from, to));

    /// <summary>Deletes a folder with all that is in it.</summary>
    public static void DeleteFolder(string path) => Do(DiskStep.Delete, path, () => Directory.Delete(path, recursive: true));

    /// <summary>Brings the names in a folder to the disk. Windows does so by itself.</summary>
    public static void FlushFolder(string path) => Do(DiskStep.FlushFolder, path, () =>
    {
        if (OperatingSystem.IsWindows()) return;
        int folder = Open(path, 0);
        if (folder < 0) throw new IOException($"The folder '{path}' cannot be flushed: {Marshal.GetLastPInvokeErrorMessage()}.");
        try
        {
            if (Flush(folder) != 0 && Marshal.GetLastPInvokeError() != InvalidArgument)
                throw new IOException($"The folder '{path}' cannot be flushed: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
        finally
        {
            _ = Close(folder);
        }
    });

    /// <summary>
    /// Of many that give the same name only one succeeds. File.Move looks for the name first and then renames, which two can do.
    /// </summary>
    private static void MoveNew(string from, string to)
    {
        if (OperatingSystem.IsWindows() || Link(from, to) != 0)
        {
            if (!OperatingSystem.IsWindows() && Marshal.GetLastPInvokeError() == Exists)
                throw new IOException($"There is a file '{to}' already; another name was expected.");
            File.Move(from, to); // a file system without a second name for a file
            return;
        }

        File.Delete(from);
    }

    private static void Do(DiskStep step, string path, Action act)
    {
        Tap?.Before(step, path);
        act();
        Tap?.After(step, path);
    }

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int descriptor);

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}

/// <summary>A step of <see cref="Disk"/>.</summary>
internal enum DiskStep
{
    Create,
    Write,
    Flush,
    CreateFolder,
    Move,
    Delete,
    FlushFolder,
}

/// <summary>What a test puts between the library and the disk.</summary>
internal abstract class DiskTap
{
    /// <summary>May throw what a disk that fails here throws.</summary>
    public abstract void Before(DiskStep step, string path);

    /// <summary>May throw too: the step is taken.</summary>
    public virtual void After(DiskStep step, string path)
    {
    }

    /// <summary>What is written to instead of a file.</summary>
    public virtual Stream Over(Stream file, string path) => file;
}
