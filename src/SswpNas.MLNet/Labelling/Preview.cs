using SkiaSharp;

namespace SswpNas.MLNet.Labelling;

/// <summary>An image file in little, for a page.</summary>
/// <param name="Jpeg">The picture; empty where the file cannot be shown.</param>
/// <param name="IsSmall">Whether the file has fewer pixels than the page has for it.</param>
/// <param name="Problem">Why it cannot be shown; null where it can.</param>
internal sealed record Preview(byte[] Jpeg, bool IsSmall, string? Problem)
{
    private const int Side = 192;
    private const int JpegQuality = 88;

    public static Preview Of(string path)
    {
        Preview? made = null;
        string? problem = Read(path, (rgba, width, height) => made = Reduced(rgba, width, height));
        return made is null ? new Preview([], false, problem ?? "cannot be read") : made;
    }

    private static string? Read(string path, PixelUse use)
    {
        try
        {
            return ImageFile.Problem(path, new ImageTableOptions().Limits, ImageForm.Default with { LeastSide = Side }, out _, use);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"cannot be read ({e.Message})";
        }
    }

    private static Preview Reduced(ReadOnlySpan<byte> rgba, int width, int height)
    {
        SKImageInfo info = new(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using SKImage image = SKImage.FromPixelCopy(info, rgba);
        double scale = Math.Min(1, (double)Side / Math.Max(width, height));
        SKImageInfo little = info.WithSize(Math.Max(1, (int)(width * scale)), Math.Max(1, (int)(height * scale)));
        using SKBitmap bitmap = new(little);
        using SKPixmap pixels = bitmap.PeekPixels();
        image.ScalePixels(pixels, SKFilterQuality.High);
        using SKData jpeg = pixels.Encode(SKEncodedImageFormat.Jpeg, JpegQuality);
        return new Preview(jpeg.ToArray(), Math.Max(width, height) < Side, null);
    }
}
