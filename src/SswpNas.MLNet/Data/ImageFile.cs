using System.Buffers;

namespace SswpNas.MLNet.Data;

/// <summary>Decodes an image file.</summary>
internal static class ImageFile
{
    private const int LargeBytes = 1 << 24;

    /// <summary>Null for an image that decodes in full, else a few words that follow the file's name.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static string? Problem(string path, ImageLimits limits, ImageForm form, out ImageTraits traits, PixelUse use)
    {
        traits = ImageTraits.None;
        if (path.Contains('\0', StringComparison.Ordinal)) return "is no path";
        // Before opening: a named pipe has length 0, and opening one would wait for a writer.
        var file = new FileInfo(path);
        if (!file.Exists) return "does not exist";
        if (file.ResolveLinkTarget(returnFinalTarget: true) is FileSystemInfo target) file = new FileInfo(target.FullName);
        if (!file.Exists) return "does not exist";
        if (SizeProblem(file.Length, limits) is string problem) return problem;
        using FileStream stream = RegularFile.Open(path, limits.Bytes);
        if (stream.Length <= LargeBytes) return Read(stream, limits.Pixels, form, out traits, use);
        lock (ImageDecoding.Large) return Read(stream, limits.Pixels, form, out traits, use);
    }

    /// <summary>Words for a file that is empty or too long; null for any other.</summary>
    public static string? SizeProblem(long bytes, ImageLimits limits) =>
        bytes == 0 ? "is empty (0 bytes)"
        : bytes > limits.Bytes ? $"has {bytes} bytes, more than the limit of {limits.Bytes} (MaxFileBytes)" : null;

    /// <summary>The same for a file that is in memory; <see cref="SizeProblem"/> has looked at its length.</summary>
    public static string? Decoded(byte[] bytes, int length, ImageLimits limits, ImageForm form, out ImageTraits traits, PixelUse use)
    {
        if (length <= LargeBytes) return ImageDecoding.Problem(bytes, length, limits.Pixels, form, out traits, use);
        lock (ImageDecoding.Large) return ImageDecoding.Problem(bytes, length, limits.Pixels, form, out traits, use);
    }

    private static string? Read(FileStream stream, long maxPixels, ImageForm form, out ImageTraits traits, PixelUse use)
    {
        int length = (int)stream.Length;
        byte[] bytes = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            stream.ReadExactly(bytes, 0, length);
            return ImageDecoding.Problem(bytes, length, maxPixels, form, out traits, use);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
