namespace DrawParts;

/// <summary>One lamp, the light from all around, and how both fall off across the picture.</summary>
internal sealed class Light
{
    private readonly float _fall;
    private readonly float _fallTurn;

    public Light(Dice dice)
    {
        float turn = dice.Angle(), elevation = dice.Between(0.5, 1.2);
        (Y, X) = MathF.SinCos(turn);
        Z = MathF.Sin(elevation);
        X *= MathF.Cos(elevation);
        Y *= MathF.Cos(elevation);
        Ambient = dice.Between(0.2, 0.5);
        Colour = Rgb.FromHue(dice.Between(0, 1), dice.Between(0, 0.18), dice.Between(0.95, 1.15));
        ShadowStrength = dice.Between(0.4, 0.85);
        ShadowSoftness = dice.Between(1.5, 7);
        _fall = dice.Between(0, 0.5);
        _fallTurn = dice.Angle();
    }

    /// <summary>Unit vector to the lamp; x to the right, y down, z to the camera.</summary>
    public float X { get; }

    public float Y { get; }

    public float Z { get; }

    public float Ambient { get; }

    public Rgb Colour { get; }

    public float ShadowStrength { get; }

    /// <summary>In points.</summary>
    public float ShadowSoftness { get; }

    /// <summary>Strength at a place given in pixels.</summary>
    public float At(float x, float y)
    {
        (float sin, float cos) = MathF.SinCos(_fallTurn);
        float half = Plane.PictureSide / 2f;
        return 1 + (_fall * (((x - half) * cos) + ((y - half) * sin)) / half);
    }
}
