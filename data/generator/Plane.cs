namespace DrawParts;

/// <summary>One number for each point of the supersampled picture.</summary>
internal sealed class Plane
{
    /// <summary>Side of a finished picture in pixels.</summary>
    public const int PictureSide = 32;

    /// <summary>Points along a pixel's side.</summary>
    public const int PointsPerPixel = 6;

    /// <summary>Side of a plane in points.</summary>
    public const int Side = PictureSide * PointsPerPixel;

    public float[] Values { get; } = new float[Side * Side];

    public float this[int x, int y]
    {
        get => Values[(Math.Clamp(y, 0, Side - 1) * Side) + Math.Clamp(x, 0, Side - 1)];
        set => Values[(y * Side) + x] = value;
    }

    /// <summary>Three box filters, close to a Gaussian of this standard deviation in points.</summary>
    public Plane Blurred(float sigma)
    {
        int radius = (int)MathF.Round(((MathF.Sqrt((4 * sigma * sigma) + 1)) - 1) / 2);
        if (radius == 0) return this;
        float[] from = (float[])Values.Clone();
        float[] to = new float[from.Length];
        for (int pass = 0; pass < 3; pass++)
        {
            BoxFilter(from, to, radius, step: 1, lineStep: Side);
            BoxFilter(to, from, radius, step: Side, lineStep: 1);
        }

        Plane result = new();
        from.CopyTo(result.Values, 0);
        return result;
    }

    /// <summary>The plane moved by (dx, dy) points, its border repeated.</summary>
    public Plane Moved(int dx, int dy)
    {
        Plane result = new();
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
                result[x, y] = this[x - dx, y - dy];
        }

        return result;
    }

    private static void BoxFilter(float[] from, float[] to, int radius, int step, int lineStep)
    {
        float scale = 1f / ((2 * radius) + 1);
        for (int line = 0; line < Side; line++)
        {
            int start = line * lineStep;
            float sum = 0;
            for (int i = -radius; i <= radius; i++) sum += At(i);
            for (int i = 0; i < Side; i++)
            {
                to[start + (i * step)] = sum * scale;
                sum += At(i + radius + 1) - At(i - radius);
            }

            float At(int i) => from[start + (Math.Clamp(i, 0, Side - 1) * step)];
        }
    }
}
