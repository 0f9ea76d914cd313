namespace DrawParts;

/// <summary>What a thing is made of. Drawn from the same distribution whatever the thing is.</summary>
internal sealed record Material(Rgb Colour, Rgb StainColour, float Metal, float Shine, float Gloss)
{
    /// <summary>Share of the surface that is stained, 0 to 1.</summary>
    public float Stain { get; init; }

    /// <summary>Direction of the brushing in radians, and how strongly it shows.</summary>
    public float BrushTurn { get; init; }

    public float Brush { get; init; }

    public Noise Grain { get; init; }

    /// <summary>Phases of the surroundings that the metal mirrors.</summary>
    public float MirrorX { get; init; }

    public float MirrorY { get; init; }

    public static Material Any(Dice dice)
    {
        bool painted = dice.Chance(0.3);
        float brightness = dice.Between(0.3, 0.95);
        Rgb colour = painted
            ? Rgb.FromHue(dice.Between(0, 1), dice.Between(0.3, 0.85), brightness)
            : Rgb.FromHue(dice.Pick(MetalHues), dice.Between(0, 0.45), brightness);
        return new Material(
            colour,
            Rgb.FromHue(dice.Between(0.02, 0.1), dice.Between(0.3, 0.8), dice.Between(0.2, 0.5)),
            Metal: painted ? dice.Between(0, 0.2) : dice.Between(0.4, 0.9),
            Shine: dice.Between(0.3, 1.6),
            Gloss: dice.Between(8, 50))
        {
            Stain = dice.Chance(0.35) ? dice.Between(0.25, 0.55) : 0,
            BrushTurn = dice.Angle(),
            Brush = dice.Between(0.05, 0.35),
            Grain = new Noise(dice.Bits()),
            MirrorX = dice.Between(-4, 4),
            MirrorY = dice.Between(-4, 4),
        };
    }

    // Brass, copper, steel, zinc, gold chromate.
    private static readonly float[] MetalHues = [0.12f, 0.05f, 0.6f, 0.55f, 0.15f];

    /// <summary>The surface's own colour at a place given in pixels.</summary>
    public Rgb At(float x, float y)
    {
        (float sin, float cos) = MathF.SinCos(BrushTurn);
        float along = (x * cos) + (y * sin), over = (y * cos) - (x * sin);
        Rgb colour = Colour * (1 + (Brush * 2 * (Grain.At(along * 0.25f, over * 2.5f) - 0.5f)));
        if (Stain == 0) return colour;
        float stain = Math.Clamp((Grain.Fractal(x * 0.15f, y * 0.15f, 3) - (1 - Stain)) * 8, 0, 1);
        return Rgb.Mix(colour, StainColour, 0.8f * stain);
    }
}
