using SkiaSharp;

namespace ScoreImages;

/// <summary>Which files are images, and whether they can be read to their end.</summary>
internal static class ImageFolder
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".bmp", ".gif"];

    /// <summary>All images under a folder, sorted by path.</summary>
    public static string[] Find(DirectoryInfo folder)
    {
        if (!folder.Exists) throw new UsageException($"There is no folder '{folder.FullName}'.");
        EnumerationOptions options = new() { RecurseSubdirectories = true, IgnoreInaccessible = false };
        string[] images =
        [
            .. Directory.EnumerateFiles(folder.FullName, "*", options)
                .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal),
        ];
        return images.Length > 0
            ? images
            : throw new UsageException(
                $"There is no image in '{folder.FullName}'. Looked for: {string.Join(", ", Extensions)}.");
    }

    /// <summary>What is wrong with a file, null for nothing. ML.NET itself fills up a short file with black.</summary>
    public static string? Problem(string path)
    {
        if (new FileInfo(path).Length == 0) return "the file is empty";
        using FileStream stream = File.OpenRead(path);
        using SKCodec? codec = SKCodec.Create(stream, out SKCodecResult opened);
        if (codec is null) return $"the file is no image that can be read ({opened})";
        using SKBitmap pixels = new(codec.Info);
        SKCodecResult read = codec.GetPixels(pixels.Info, pixels.GetPixels());
        return read switch
        {
            SKCodecResult.Success => null,
            SKCodecResult.IncompleteInput => "the file is cut short",
            _ => $"the file is damaged ({read})",
        };
    }
}
