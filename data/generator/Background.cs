namespace DrawParts;

/// <summary>What lies beneath the parts: a bench, a floor, a cloth.</summary>
internal sealed class Background
{
    private readonly Func<float, float, float> _pattern;
    private readonly Rgb _dark;
    private readonly Rgb _light;
    private readonly float _turn;
    private readonly Noise _stains;

    public Background(Dice dice)
    {
        Noise noise = new(dice.Bits());
        float scale = dice.Between(0.7, 1.4);
        _pattern = dice.Count(0, 5) switch
        {
            0 => (x, y) => Wood(noise, x * scale, y * scale),
            1 => (x, y) => Concrete(noise, x * scale, y * scale),
            2 => (x, y) => Cloth(noise, x * scale, y * scale),
            3 => (x, y) => Brushed(noise, x * scale, y * scale),
            4 => (x, y) => Ribbed(noise, x * scale, y * scale),
            _ => (x, y) => Gravel(noise, x * scale, y * scale),
        };
        float hue = dice.Chance(0.6) ? dice.Between(0.03, 0.15) : dice.Between(0, 1);
        float saturation = dice.Between(0, 0.45), brightness = dice.Between(0.25, 0.92);
        _light = Rgb.FromHue(hue, saturation, brightness);
        _dark = Rgb.FromHue((hue + dice.Between(0.95, 1.05)) % 1, saturation, brightness * dice.Between(0.45, 0.85));
        _turn = dice.Angle();
        _stains = new Noise(dice.Bits());
    }

    /// <summary>The colour at a place given in pixels.</summary>
    public Rgb At(float x, float y)
    {
        (float sin, float cos) = MathF.SinCos(_turn);
        float u = (x * cos) - (y * sin) + 100, v = (x * sin) + (y * cos) + 100;
        Rgb colour = Rgb.Mix(_dark, _light, Math.Clamp(_pattern(u, v), 0, 1));
        return colour * (0.75f + (0.5f * _stains.Fractal(x * 0.09f, y * 0.09f, 3)));
    }

    private static float Wood(Noise noise, float x, float y)
    {
        float rings = 0.5f + (0.5f * MathF.Sin((y * 0.9f) + (7 * noise.At(x * 0.05f, y * 0.12f))));
        return (0.65f * rings) + (0.35f * noise.At(x * 0.2f, y * 2.5f));
    }

    private static float Concrete(Noise noise, float x, float y)
    {
        float pits = noise.At(x * 1.1f, y * 1.1f) > 0.86f ? 0.5f : 0;
        return (1.3f * noise.Fractal(x * 0.2f, y * 0.2f, 5)) - 0.15f - pits;
    }

    private static float Cloth(Noise noise, float x, float y)
    {
        float warp = MathF.Sin(x * 2.2f), weft = MathF.Sin(y * 2.2f);
        return 0.5f + (0.3f * warp * weft) + (0.5f * (noise.Fractal(x * 0.4f, y * 0.4f, 2) - 0.5f));
    }

    private static float Brushed(Noise noise, float x, float y) =>
        (0.6f * noise.At(x * 0.1f, y * 2)) + (0.4f * noise.At(x * 0.3f, y * 0.3f));

    private static float Ribbed(Noise noise, float x, float y) =>
        0.5f + (0.4f * MathF.Sin(y * 1.6f)) + (0.3f * (noise.At(x, y) - 0.5f));

    private static float Gravel(Noise noise, float x, float y)
    {
        float stones = noise.At(x * 0.55f, y * 0.55f);
        return (1.6f * MathF.Abs(stones - 0.5f)) + (0.3f * noise.At(x * 2, y * 2));
    }
}
