namespace DrawParts;

/// <summary>The light that reaches the camera, built from the background upwards.</summary>
internal sealed class Scene
{
    private const int Side = Plane.Side;
    private readonly Light _light;

    public Scene(Background background, Light light)
    {
        _light = light;
        float lit = light.Ambient + ((1 - light.Ambient) * light.Z);
        ForEachPoint((i, x, y) => Points[i] = background.At(x, y) * light.Colour * (lit * light.At(x, y)));
    }

    public Rgb[] Points { get; } = new Rgb[Side * Side];

    /// <summary>Lays a thing on top: its shadow falls on what was there, then its lit surface covers that.</summary>
    public void Add(Relief relief, Material material, float radius)
    {
        float rise = radius * Plane.PointsPerPixel * 0.22f;
        CastShadow(relief.Cover, rise);
        Plane bevelled = relief.Height.Blurred(1.6f);
        ForEachPoint((i, x, y) =>
        {
            float cover = relief.Cover.Values[i];
            if (cover == 0) return;
            Rgb surface = Shade(bevelled, i % Side, i / Side, rise, material, material.At(x, y));
            Points[i] = Rgb.Mix(Points[i], surface * _light.Colour * _light.At(x, y), cover);
        });
    }

    private void CastShadow(Plane cover, float rise)
    {
        float reach = 0.7f * rise / Math.Max(_light.Z, 0.3f);
        int dx = (int)MathF.Round(-_light.X * reach), dy = (int)MathF.Round(-_light.Y * reach);
        Plane shadow = cover.Moved(dx, dy).Blurred(_light.ShadowSoftness);
        Plane contact = cover.Blurred(4);
        for (int i = 0; i < Points.Length; i++)
        {
            float lamp = 1 - (_light.ShadowStrength * shadow.Values[i]);
            Points[i] *= lamp * (1 - (0.3f * contact.Values[i]));
        }
    }

    /// <summary>Diffuse light, a highlight (Blinn-Phong) and, on metal, streaks of mirrored surroundings.</summary>
    private Rgb Shade(Plane height, int x, int y, float rise, Material material, Rgb colour)
    {
        float slopeX = (height[x + 1, y] - height[x - 1, y]) * rise / 2;
        float slopeY = (height[x, y + 1] - height[x, y - 1]) * rise / 2;
        float scale = 1 / MathF.Sqrt((slopeX * slopeX) + (slopeY * slopeY) + 1);
        float nx = -slopeX * scale, ny = -slopeY * scale, nz = scale;

        float diffuse = Math.Max(0, (nx * _light.X) + (ny * _light.Y) + (nz * _light.Z));
        float halfLength = MathF.Sqrt(2 + (2 * _light.Z));
        float facing = ((nx * _light.X) + (ny * _light.Y) + (nz * (_light.Z + 1))) / halfLength;
        float highlight = material.Shine * MathF.Pow(Math.Clamp(facing, 0, 1), material.Gloss);

        float across = (float)x / Side, down = (float)y / Side;
        float mirrored = 0.5f + (0.5f * MathF.Sin((4 * nx) + (3 * ny) + (material.MirrorX * across) +
            (material.MirrorY * down) + material.MirrorX));
        float lit = _light.Ambient + ((1 - _light.Ambient) * diffuse);
        float shaded = lit * (1 - material.Metal + (material.Metal * 1.5f * mirrored));
        Rgb highlightColour = Rgb.Mix(new Rgb(1, 1, 1), colour, material.Metal);
        return (colour * shaded) + (highlightColour * (0.6f * highlight));
    }

    /// <summary>Calls with the point's index and its place in pixels.</summary>
    private static void ForEachPoint(Action<int, float, float> action)
    {
        for (int i = 0; i < Side * Side; i++)
            action(i, (i % Side + 0.5f) / Plane.PointsPerPixel, (i / Side + 0.5f) / Plane.PointsPerPixel);
    }
}
