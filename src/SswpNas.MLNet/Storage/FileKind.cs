using System.Runtime.Versioning;

namespace SswpNas.MLNet.Storage;

/// <summary>What stands under a name, asked before anything is opened: to open a pipe waits, to open a device may act.</summary>
internal enum FileKind
{
    /// <summary>Nothing is there.</summary>
    None,

    /// <summary>A file with content of its own.</summary>
    Regular,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A pipe, a socket or a device.</summary>
    Special,
}

/// <summary>Asks for kinds. Only Linux tells devices from files here; elsewhere what has no length is refused when it is read.</summary>
internal static partial class FileKinds
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const uint TypeAndLinks = 0x1 | 0x4; // STATX_TYPE, STATX_NLINK

    /// <summary>What a path leads to, links followed.</summary>
    public static FileKind Of(string path)
    {
        if (Ask(path, 0) is Status status) return status.Kind;
        return File.Exists(path) ? FileKind.Regular : Directory.Exists(path) ? FileKind.Folder : FileKind.None;
    }

    /// <summary>Whether a name is a link to a file elsewhere: a symbolic one, or one of several names of a file.</summary>
    public static bool IsLink(string path) =>
        new FileInfo(path).LinkTarget is not null || Ask(path, NoFollow) is { Kind: FileKind.Regular, Names: > 1 };

    private static Status? Ask(string path, int flags)
    {
        if (!OperatingSystem.IsLinux()) return null;
        try
        {
            if (Statx(CurrentFolder, Path.GetFullPath(path), flags, TypeAndLinks, out Buffer buffer) != 0)
                return Marshal.GetLastPInvokeError() == 2 ? new Status(FileKind.None, 0) : null;
            FileKind kind = (buffer.Mode & 0xF000) switch
            {
                0x8000 => FileKind.Regular,
                0x4000 => FileKind.Folder,
                _ => FileKind.Special,
            };
            return new Status(kind, buffer.Names);
        }
        catch (EntryPointNotFoundException)
        {
            return null; // an old C library
        }
    }

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, out Buffer buffer);

    private readonly record struct Status(FileKind Kind, uint Names);

    /// <summary>struct statx, the same on every processor.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Buffer
    {
        [FieldOffset(16)]
        public uint Names;

        [FieldOffset(28)]
        public ushort Mode;
    }
}
