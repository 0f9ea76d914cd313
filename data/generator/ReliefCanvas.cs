using SkiaSharp;

namespace DrawParts;

/// <summary>
/// Draws a part seen from above as a relief: the grey of a stroke is its height (0 to 1), its opacity is the part's
/// cover. Coordinates are the part's own, its outer radius being about 1.
/// </summary>
internal sealed class ReliefCanvas(SKCanvas canvas)
{
    private const int RoundingSteps = 7;

    public void Fill(SKPath path, float height) => Paint(height, paint => canvas.DrawPath(path, paint));

    public void Disc(float x, float y, float radius, float height) =>
        Paint(height, paint => canvas.DrawCircle(x, y, radius, paint));

    public void Box(float left, float top, float right, float bottom, float height, float corner = 0) =>
        Paint(height, paint => canvas.DrawRoundRect(new SKRect(left, top, right, bottom), corner, corner, paint));

    /// <summary>Cuts a round hole through the part.</summary>
    public void Hole(float x, float y, float radius)
    {
        using SKPath path = new();
        path.AddCircle(x, y, radius);
        Cut(path);
    }

    public void Cut(SKPath path)
    {
        using SKPaint paint = new() { IsAntialias = true, BlendMode = SKBlendMode.Clear };
        canvas.DrawPath(path, paint);
    }

    /// <summary>A dome that rises from low at its rim to high at its middle.</summary>
    public void Dome(float x, float y, float radius, float low, float high)
    {
        for (int i = 0; i < RoundingSteps; i++)
        {
            float width = Narrowed(i, out float rise);
            Disc(x, y, radius * width, low + ((high - low) * rise));
        }
    }

    /// <summary>A wire of round section along a path.</summary>
    public void Wire(SKPath path, float width, float low, float high, SKStrokeCap cap = SKStrokeCap.Round)
    {
        for (int i = 0; i < RoundingSteps; i++)
        {
            float narrowed = Narrowed(i, out float rise);
            Stroke(path, width * narrowed, low + ((high - low) * rise), cap);
        }
    }

    public void Wire(float x0, float y0, float x1, float y1, float width, float low, float high)
    {
        using SKPath path = new();
        path.MoveTo(x0, y0);
        path.LineTo(x1, y1);
        Wire(path, width, low, high, SKStrokeCap.Butt);
    }

    public void Stroke(SKPath path, float width, float height, SKStrokeCap cap = SKStrokeCap.Butt) =>
        Paint(height, paint =>
        {
            paint.Style = SKPaintStyle.Stroke;
            paint.StrokeWidth = width;
            paint.StrokeCap = cap;
            paint.StrokeJoin = SKStrokeJoin.Round;
            canvas.DrawPath(path, paint);
        });

    /// <summary>Whatever is drawn by the action shows inside the outline only.</summary>
    public void Within(SKPath outline, Action draw)
    {
        canvas.Save();
        canvas.ClipPath(outline, antialias: true);
        draw();
        canvas.Restore();
    }

    /// <summary>The part's outline narrows as a circle's section does while the height rises to 1.</summary>
    private static float Narrowed(int step, out float rise)
    {
        rise = MathF.Sin(step * MathF.PI / 2 / RoundingSteps);
        return MathF.Cos(step * MathF.PI / 2 / RoundingSteps);
    }

    private static void Paint(float height, Action<SKPaint> draw)
    {
        byte grey = (byte)Math.Clamp(MathF.Round(height * 255), 0, 255);
        using SKPaint paint = new() { IsAntialias = true, Color = new SKColor(grey, grey, grey) };
        draw(paint);
    }
}
