namespace SswpNas.MLNet;

/// <summary>A colour in sRGB.</summary>
/// <param name="Red">0 to 255.</param>
/// <param name="Green">0 to 255.</param>
/// <param name="Blue">0 to 255.</param>
public readonly record struct RgbColor(byte Red, byte Green, byte Blue)
{
    private const int Opaque = 255;

    /// <summary>255, 255, 255.</summary>
    public static RgbColor White { get; } = new(255, 255, 255);

    /// <summary>0, 0, 0: where ML.NET's LoadImages puts what is transparent.</summary>
    public static RgbColor Black { get; }

    /// <summary>Lays the colour under pixels (red, green, blue, multiplied by alpha, and alpha) and makes them opaque.</summary>
    /// <returns>Whether any pixel was not opaque.</returns>
    internal bool LayUnder(Span<byte> rgba)
    {
        bool shows = false;
        for (int i = 0; i < rgba.Length; i += 4)
        {
            int missing = Opaque - rgba[i + 3];
            if (missing == 0) continue;
            shows = true;
            rgba[i] = Over(rgba[i], Red, missing);
            rgba[i + 1] = Over(rgba[i + 1], Green, missing);
            rgba[i + 2] = Over(rgba[i + 2], Blue, missing);
            rgba[i + 3] = Opaque;
        }

        return shows;
    }

    private static byte Over(byte value, byte ground, int missing) =>
        (byte)Math.Min(Opaque, value + (((ground * missing) + (Opaque / 2)) / Opaque));
}
