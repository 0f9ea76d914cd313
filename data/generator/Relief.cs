using System.Runtime.InteropServices;
using SkiaSharp;

namespace DrawParts;

/// <summary>
/// Where a part lies: centre and radius in pixels, turn in radians, shear, stretch and tilt to the camera.
/// </summary>
internal sealed record Placement(float X, float Y, float Radius, float Turn)
{
    public float Shear { get; init; }

    public float Stretch { get; init; } = 1;

    public float TiltX { get; init; }

    public float TiltY { get; init; }

    /// <summary>From a part's coordinates to points of the supersampled picture.</summary>
    public SKMatrix ToPoints()
    {
        float scale = Radius * Plane.PointsPerPixel;
        SKMatrix matrix = SKMatrix.CreateTranslation(X * Plane.PointsPerPixel, Y * Plane.PointsPerPixel);
        SKMatrix tilt = new(scale, 0, 0, 0, scale, 0, TiltX, TiltY, 1);
        matrix = SKMatrix.Concat(matrix, tilt);
        matrix = SKMatrix.Concat(matrix, new SKMatrix(Stretch, Shear, 0, 0, 1 / Stretch, 0, 0, 0, 1));
        return SKMatrix.Concat(matrix, SKMatrix.CreateRotation(Turn));
    }
}

/// <summary>A thing as the light sees it: its height (in radii, times its cover) and its cover, 0 to 1.</summary>
internal sealed record Relief(Plane Height, Plane Cover)
{
    /// <summary>Draws a relief at its place; cut is an outline in points beyond which nothing is left.</summary>
    public static Relief Draw(Placement placement, Action<ReliefCanvas> draw, SKPath? cut = null)
    {
        SKImageInfo info = new(Plane.Side, Plane.Side, SKColorType.Rgba8888, SKAlphaType.Premul);
        using SKBitmap bitmap = new(info);
        using (SKCanvas canvas = new(bitmap))
        {
            canvas.Clear(SKColors.Transparent);
            if (cut is not null) canvas.ClipPath(cut, antialias: true);
            SKMatrix matrix = placement.ToPoints();
            canvas.Concat(ref matrix);
            draw(new ReliefCanvas(canvas));
        }

        Plane height = new(), cover = new();
        ReadOnlySpan<uint> points = MemoryMarshal.Cast<byte, uint>(bitmap.GetPixelSpan());
        for (int i = 0; i < points.Length; i++)
        {
            height.Values[i] = (points[i] & 255) / 255f;
            cover.Values[i] = (points[i] >> 24) / 255f;
        }

        return new Relief(height, cover);
    }
}
