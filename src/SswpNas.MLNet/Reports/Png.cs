using SkiaSharp;

namespace SswpNas.MLNet.Reports;

/// <summary>Small images as PNG files: 8 bits a channel, gray or RGB.</summary>
internal static class Png
{
    private const int Rgba = 4;

    public static byte[] Of(ImageShape shape, ReadOnlySpan<byte> pixels)
    {
        bool isGray = shape.Channels == 1;
        SKImageInfo info = new(
            shape.Width, shape.Height, isGray ? SKColorType.Gray8 : SKColorType.Rgba8888, SKAlphaType.Opaque);
        using SKImage image = SKImage.FromPixelCopy(info, isGray ? pixels : Opaque(pixels));
        using SKData png = image.Encode(SKEncodedImageFormat.Png, quality: 100);
        return png.ToArray();
    }

    private static byte[] Opaque(ReadOnlySpan<byte> rgb)
    {
        byte[] rgba = new byte[rgb.Length / 3 * Rgba];
        rgba.AsSpan().Fill(byte.MaxValue);
        for (int i = 0; i < rgb.Length / 3; i++) rgb.Slice(3 * i, 3).CopyTo(rgba.AsSpan(Rgba * i));
        return rgba;
    }
}
