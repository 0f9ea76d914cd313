using SkiaSharp;

namespace DrawParts;

/// <summary>Focus, exposure, tone curve and sensor of one shot.</summary>
internal sealed class Camera(Dice dice)
{
    private const int Side = Plane.PictureSide;
    private const int JpegQuality = 90;

    private readonly float _blur = dice.Between(0.1, 0.75) * Plane.PointsPerPixel;
    private readonly float _exposure = dice.Between(0.7, 1.5);
    private readonly Rgb _whiteBalance = new(dice.Between(0.88, 1.12), 1, dice.Between(0.88, 1.12));
    private readonly float _gamma = dice.Between(0.8, 1.25) / 2.2f;
    private readonly float _contrast = dice.Between(0.7, 1.25);
    private readonly float _noise = dice.Between(0.008, 0.045);

    /// <summary>Takes the picture and returns it as a JPEG file.</summary>
    public byte[] Shoot(Scene scene)
    {
        Plane red = Focus(scene, point => point.R), green = Focus(scene, point => point.G);
        Plane blue = Focus(scene, point => point.B);
        using SKBitmap bitmap = new(new SKImageInfo(Side, Side, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                byte r = Expose(Average(red, x, y) * _whiteBalance.R), g = Expose(Average(green, x, y));
                byte b = Expose(Average(blue, x, y) * _whiteBalance.B);
                bitmap.SetPixel(x, y, new SKColor(r, g, b));
            }
        }

        using SKData data = bitmap.Encode(SKEncodedImageFormat.Jpeg, JpegQuality);
        return data.ToArray();
    }

    private Plane Focus(Scene scene, Func<Rgb, float> channel)
    {
        Plane plane = new();
        for (int i = 0; i < plane.Values.Length; i++) plane.Values[i] = channel(scene.Points[i]);
        return plane.Blurred(_blur);
    }

    private static float Average(Plane plane, int x, int y)
    {
        const int Points = Plane.PointsPerPixel;
        float sum = 0;
        for (int dy = 0; dy < Points; dy++)
        {
            for (int dx = 0; dx < Points; dx++) sum += plane[(x * Points) + dx, (y * Points) + dy];
        }

        return sum / (Points * Points);
    }

    private byte Expose(float light)
    {
        float tone = MathF.Pow(Math.Max(light * _exposure, 0), _gamma);
        tone = 0.5f + (_contrast * (tone - 0.5f)) + (_noise * dice.Normal());
        return (byte)Math.Clamp(MathF.Round(tone * 255), 0, 255);
    }
}
