using System.Runtime.InteropServices;

namespace SswpNas.MLNet.Checkpoints;

/// <summary>
/// Lets the names in a folder reach the disk. A file that was flushed and renamed can have its old name again after a power
/// failure as long as its folder was not flushed; .NET flushes files only. Nothing to do on Windows, whose file system keeps
/// a journal of names.
/// </summary>
internal static partial class FolderFlush
{
    private const int ReadOnly = 0;
    private const int NotSupported = 22; // EINVAL: a file system that has no such thing

    /// <exception cref="IOException">The disk says that it failed.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        int file = Open(folder, ReadOnly);
        if (file < 0) throw Error(folder);
        try
        {
            if (Sync(file) != 0 && Marshal.GetLastPInvokeError() != NotSupported) throw Error(folder);
        }
        finally
        {
            _ = Close(file);
        }
    }

    private static IOException Error(string folder) =>
        new($"The folder '{folder}' could not be flushed to the disk: {Marshal.GetLastPInvokeErrorMessage()}.");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int file);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int file);
}
