using SkiaSharp;
using SswpNas.MLNet.Onnx;

namespace SswpNas.MLNet.Reports;

/// <summary>An image in gray under a class activation map in orange: the more a place spoke for the class, the stronger.</summary>
internal static class HeatPicture
{
    private const int Least = 96;
    private const float Strongest = 0.75f;

    private static readonly SKColor _heat = new(255, 110, 0);

    // Luminance (Rec. 709), darkened a little so that the colour stands out.
    private static readonly float[] _gray =
    [
        0.17f, 0.57f, 0.06f, 0, 0,
        0.17f, 0.57f, 0.06f, 0, 0,
        0.17f, 0.57f, 0.06f, 0, 0,
        0, 0, 0, 1, 0,
    ];

    public static byte[] Of(ImageShape shape, ReadOnlySpan<byte> pixels, ActivationMap map)
    {
        int times = Math.Max(1, (Least + shape.Width - 1) / shape.Width);
        SKImageInfo info = new(shape.Width * times, shape.Height * times, SKColorType.Rgba8888, SKAlphaType.Opaque);
        SKRect whole = SKRect.Create(info.Width, info.Height);
        using SKImage image = Png.Image(pixels, shape.Channels, shape.Width), heat = Heat(map);
        using SKSurface surface = SKSurface.Create(info);
        using SKPaint gray = new() { ColorFilter = SKColorFilter.CreateColorMatrix(_gray) };
        using SKPaint smooth = new() { FilterQuality = SKFilterQuality.Low };
        surface.Canvas.DrawImage(image, whole, gray);
        surface.Canvas.DrawImage(heat, whole, smooth);
        using SKImage drawn = surface.Snapshot();
        return Png.Of(drawn);
    }

    // What speaks against the class is left transparent.
    private static SKImage Heat(ActivationMap map)
    {
        float most = Math.Max(map.Values.Max(), 1e-6f);
        using SKBitmap heat = new(map.Width, map.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        heat.Pixels = [.. map.Values.Select(v => _heat.WithAlpha((byte)(255 * Strongest * Math.Clamp(v / most, 0, 1))))];
        return SKImage.FromBitmap(heat);
    }
}
