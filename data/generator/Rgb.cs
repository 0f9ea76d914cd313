namespace DrawParts;

/// <summary>Linear light, 0 to 1 and above.</summary>
internal readonly record struct Rgb(float R, float G, float B)
{
    public static Rgb operator *(Rgb a, float factor) => new(a.R * factor, a.G * factor, a.B * factor);

    public static Rgb operator *(Rgb a, Rgb b) => new(a.R * b.R, a.G * b.G, a.B * b.B);

    public static Rgb operator +(Rgb a, Rgb b) => new(a.R + b.R, a.G + b.G, a.B + b.B);

    public static Rgb Mix(Rgb a, Rgb b, float t) => (a * (1 - t)) + (b * t);

    /// <summary>Hue and saturation in 0..1; brightness is that of the strongest channel, as the eye sees it.</summary>
    public static Rgb FromHue(float hue, float saturation, float brightness)
    {
        return new Rgb(Channel(0), Channel(2f / 3), Channel(1f / 3)) * MathF.Pow(brightness, 2.2f);

        float Channel(float shift)
        {
            float distance = MathF.Abs((((hue + shift) % 1) * 6) - 3);
            return 1 - (saturation * (1 - Math.Clamp(distance - 1, 0, 1)));
        }
    }
}
