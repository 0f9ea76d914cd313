namespace SswpNas.MLNet.Storage;

/// <summary>
/// The one door to files: what is opened is a regular file, never a pipe, a device or a link where none belongs, and never
/// more than was agreed on.
/// </summary>
internal static partial class RegularFile
{
    /// <summary>Opens a file to be read from its start to its end.</summary>
    /// <param name="path">The file; links are followed.</param>
    /// <param name="mostBytes">A longer one is refused.</param>
    /// <param name="share">What others may do to it meanwhile.</param>
    /// <exception cref="InvalidDataException">It is empty, too long, or none that has a length: a pipe, a device.</exception>
    public static FileStream Open(string path, long mostBytes, FileShare share = FileShare.Read)
    {
        // Before opening: to open a named pipe would wait for a writer.
        CheckKind(path);
        var file = new FileInfo(path);
        if (file.ResolveLinkTarget(returnFinalTarget: true) is FileSystemInfo target) file = new FileInfo(target.FullName);
        if (!file.Exists) throw new FileNotFoundException($"There is no file '{path}'.", path);
        Check(path, file.Length, mostBytes);
        FileStream stream = Opened(path, share);
        try
        {
            Check(path, stream.Length, mostBytes); // it may be another one by now
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Refuses what is there and is no regular file.</summary>
    /// <exception cref="InvalidDataException">It is a pipe, a socket or a device.</exception>
    public static void CheckKind(string path)
    {
        if (FileKinds.Of(path) == FileKind.Special) throw Damaged.File(path, "is a pipe, a socket or a device", "a regular file");
    }

    /// <summary>All bytes of a file.</summary>
    /// <inheritdoc cref="Open"/>
    public static byte[] Bytes(string path, long mostBytes, FileShare share = FileShare.Read)
    {
        using FileStream stream = Open(path, mostBytes, share);
        byte[] bytes = new byte[stream.Length];
        int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read == bytes.Length ? bytes : throw Damaged.File(path, $"ends after {read} bytes", $"{bytes.Length}");
    }

    /// <summary>The lines of a text.</summary>
    /// <inheritdoc cref="Open"/>
    public static IEnumerable<string> Lines(string path, long mostBytes)
    {
        using StreamReader reader = new(new MemoryStream(Bytes(path, mostBytes)));
        while (reader.ReadLine() is string line) yield return line;
    }

    /// <summary>A text of the system's own, such as those in /proc, which have no length.</summary>
    public static string SystemText(string path) => File.ReadAllText(path);

    private static FileStream Opened(string path, FileShare share)
    {
        try
        {
            // A buffer of the stream's own would only copy once more.
            return new FileStream(path, FileMode.Open, FileAccess.Read, share, bufferSize: 0);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"The file '{path}' cannot be read: {e.Message}", e);
        }
    }

    private static void Check(string path, long length, long mostBytes)
    {
        if (length == 0) throw Damaged.File(path, "is empty (0 bytes)", "content");
        if (length > mostBytes) throw Damaged.File(path, $"has {length} bytes", $"at most {mostBytes}");
    }
}
