using SkiaSharp;

namespace SswpNas.MLNet.Reports;

/// <summary>Small images as PNG files: 8 bits a channel, gray or RGB.</summary>
internal static class Png
{
    private const int Rgba = 4;

    public static byte[] Of(ImageShape shape, ReadOnlySpan<byte> pixels)
    {
        using SKImage image = Image(pixels, shape.Channels, shape.Width);
        return Of(image);
    }

    public static byte[] Of(SKImage image)
    {
        using SKData png = image.Encode(SKEncodedImageFormat.Png, quality: 100);
        return png.ToArray();
    }

    /// <summary>A square image of bytes, channels last; the caller disposes of it.</summary>
    public static SKImage Image(ReadOnlySpan<byte> pixels, int channels, int side)
    {
        bool isGray = channels == 1;
        SKImageInfo info = new(side, side, isGray ? SKColorType.Gray8 : SKColorType.Rgba8888, SKAlphaType.Opaque);
        return SKImage.FromPixelCopy(info, isGray ? pixels : Opaque(pixels));
    }

    private static byte[] Opaque(ReadOnlySpan<byte> rgb)
    {
        byte[] rgba = new byte[rgb.Length / 3 * Rgba];
        rgba.AsSpan().Fill(byte.MaxValue);
        for (int i = 0; i < rgb.Length / 3; i++) rgb.Slice(3 * i, 3).CopyTo(rgba.AsSpan(Rgba * i));
        return rgba;
    }
}
