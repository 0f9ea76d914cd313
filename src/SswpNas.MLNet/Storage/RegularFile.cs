namespace SswpNas.MLNet.Storage;

/// <summary>Opens files of unknown origin: never a pipe or a device, never more than was agreed on.</summary>
internal static class RegularFile
{
    /// <summary>Opens a file to be read from its start to its end.</summary>
    /// <exception cref="InvalidDataException">It is empty, too long, or none that has a length: a pipe, a device.</exception>
    public static FileStream Open(string path, long mostBytes)
    {
        // Before opening: a named pipe has length 0, and opening one would wait for a writer.
        var file = new FileInfo(path);
        if (file.ResolveLinkTarget(returnFinalTarget: true) is FileSystemInfo target) file = new FileInfo(target.FullName);
        if (!file.Exists) throw new FileNotFoundException($"There is no file '{path}'.", path);
        Check(path, file.Length, mostBytes);
        FileStream stream = Opened(path);
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

    /// <summary>All bytes of a file.</summary>
    /// <inheritdoc cref="Open"/>
    public static byte[] Bytes(string path, long mostBytes)
    {
        using FileStream stream = Open(path, mostBytes);
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

    private static FileStream Opened(string path)
    {
        try
        {
            // A buffer of the stream's own would only copy once more.
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
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
