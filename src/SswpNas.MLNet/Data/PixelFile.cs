using System.IO.MemoryMappedFiles;

namespace SswpNas.MLNet.Data;

/// <summary>
/// A temporary file of images one after the other: written once, then mapped. Nothing of it is left behind, however the
/// process ends: the file loses its name as soon as it is open, or, on Windows, is deleted by the system when it closes.
/// </summary>
internal sealed unsafe class PixelFile : IDisposable
{
    private const int BufferBytes = 1 << 20;

    private readonly FileStream _file;
    private MemoryMappedFile? _mapping;
    private MemoryMappedViewAccessor? _view;
    private byte* _start;

    /// <summary>Over an open file; writing goes on at its end.</summary>
    public PixelFile(FileStream file)
    {
        _file = file;
        Length = file.CanSeek ? file.Length : 0;
    }

    /// <summary>Bytes written.</summary>
    public long Length { get; private set; }

    /// <summary>A new file in a folder.</summary>
    /// <exception cref="IOException">There is no such folder, or less room in it than expected.</exception>
    public static PixelFile Create(string folder, long expected)
    {
        string full = Path.GetFullPath(folder);
        if (!Directory.Exists(full))
            throw new IOException($"The folder '{full}' for the images' temporary file does not exist. {Advice}");
        if (FreeSpace(full) is long free && free < expected)
        {
            throw new IOException(
                $"The images take {expected} bytes in a temporary file, but '{full}' has {free} bytes free. {Advice}");
        }

        string path = Path.Combine(full, $"sswpnas-{Guid.NewGuid():N}.pixels");
        FileOptions options = OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None;
        FileStream file = RegularFile.New(path, FileShare.Read, FileAccess.ReadWrite, BufferBytes, options);
        if (!OperatingSystem.IsWindows()) File.Delete(path);
        return new PixelFile(file);
    }

    public void Write(ReadOnlySpan<byte> bytes) => Do(bytes, static (file, bytes) => file.Write(bytes));

    /// <summary>Ends the writing and maps what was written, at least one byte.</summary>
    public void Map()
    {
        // Every byte is on the disk's account before it is mapped: a full disk is an error here, no signal later.
        Do([], static (file, _) => file.Flush());
        _mapping = MemoryMappedFile.CreateFromFile(
            _file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = _mapping.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
    }

    /// <summary>Bytes of the mapped file, without a copy; good until the file is disposed.</summary>
    public ReadOnlySpan<byte> Span(long offset, int count)
    {
        ObjectDisposedException.ThrowIf(_start is null, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - count);
        return new ReadOnlySpan<byte>(_start + offset, count);
    }

    public void Dispose()
    {
        if (_start is not null) _view!.SafeMemoryMappedViewHandle.ReleasePointer();
        _start = null;
        _view?.Dispose();
        _mapping?.Dispose();
        DisposeFile();
    }

    private const string Advice =
        "Free some space, set MLContext.TempFilePath to a folder on a larger disk, or raise StoreMemoryLimit.";

    private void Do(ReadOnlySpan<byte> bytes, Action<FileStream, ReadOnlySpan<byte>> write)
    {
        try
        {
            write(_file, bytes);
        }
        catch (IOException problem)
        {
            throw new IOException(
                $"The images' temporary file cannot be written beyond {Length} bytes: {problem.Message} {Advice}", problem);
        }

        Length += bytes.Length;
    }

    // What is left in the buffer is not needed, so a full disk does not matter here.
    private void DisposeFile()
    {
        try
        {
            _file.Dispose();
        }
        catch (IOException)
        {
        }
    }

    private static long? FreeSpace(string folder)
    {
        try
        {
            return new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
