using SkiaSharp;
using SswpNas.MLNet.Examples;

namespace ScoringService.Load;

/// <summary>What a load run sends.</summary>
internal static class LoadImages
{
    private const int Count = 16;
    private const int Side = 64;

    private static readonly string[] _extensions = [".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp"];

    /// <summary>The files of a folder and its sub-folders, or noise where none is named.</summary>
    /// <exception cref="UsageException">The folder is not there or has no images.</exception>
    public static byte[][] Of(string? folder)
    {
        if (folder is null) return [.. Enumerable.Range(0, Count).Select(Noise)];
        if (!Directory.Exists(folder)) throw new UsageException($"There is no folder '{folder}'.");
        byte[][] images =
        [
            .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Where(file => _extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal).Select(File.ReadAllBytes),
        ];
        return images.Length > 0
            ? images
            : throw new UsageException($"There is no image in '{folder}'. Looked for: {string.Join(", ", _extensions)}.");
    }

    private static byte[] Noise(int seed)
    {
        Random random = new(seed);
        using SKBitmap bitmap = new(Side, Side);
        for (int i = 0; i < Side * Side; i++)
            bitmap.SetPixel(i % Side, i / Side, new SKColor((uint)random.Next() | 0xFF000000));
        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }
}
