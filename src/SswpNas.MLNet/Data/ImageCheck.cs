using System.Buffers;

namespace SswpNas.MLNet.Data;

/// <summary>How large an image may be, and how many are taken.</summary>
/// <param name="Pixels">Width times height that its header may declare; asked before anything is decoded.</param>
/// <param name="Bytes">Bytes that its file may have.</param>
internal readonly record struct ImageLimits(long Pixels, long Bytes)
{
    /// <summary>At most this many files; null for all.</summary>
    public int? Images { get; init; }

    /// <summary>Chooses them.</summary>
    public int Seed { get; init; }
}

/// <summary>
/// Says what is wrong with an image file. ML.NET's LoadImages stops without naming a corrupt file and fills the lost
/// part of a truncated one with black, so each file is decoded in full here, by the decoder that LoadImages uses.
/// </summary>
internal static class ImageCheck
{
    private const int LargeBytes = 1 << 24;

    /// <summary>
    /// Null for an image that decodes in full and lies in the folder, else a few words that follow the file's name.
    /// </summary>
    public static string? Problem(string path, string folder, ImageLimits limits)
    {
        try
        {
            if (Links.Leaves(path, folder) is string outside)
                return $"is a link that leaves the image folder, to '{outside}'";

            var file = new FileInfo(path);
            if (file.ResolveLinkTarget(returnFinalTarget: true) is FileSystemInfo target)
                file = new FileInfo(target.FullName);
            if (!file.Exists) return "does not exist";
            if (file.Length == 0) return "is empty (0 bytes)";
            using FileStream stream = RegularFile.Open(path, long.MaxValue);
            long length = stream.Length;
            if (length > limits.Bytes) return $"has {length} bytes, more than the limit of {limits.Bytes}";
            if (length <= LargeBytes) return Decoded(stream, (int)length, limits.Pixels);
            lock (ImageDecoding.Large) return Decoded(stream, (int)length, limits.Pixels);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"cannot be read: {e.Message}";
        }
    }

    private static string? Decoded(FileStream stream, int length, long maxPixels)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            stream.ReadExactly(bytes, 0, length);
            return ImageDecoding.Problem(bytes, length, maxPixels);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
