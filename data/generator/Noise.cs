namespace DrawParts;

/// <summary>Smooth noise in [0, 1): hashed values on a lattice, interpolated between its points.</summary>
internal readonly struct Noise(uint seed)
{
    public float At(float x, float y)
    {
        int left = (int)MathF.Floor(x), top = (int)MathF.Floor(y);
        float u = Ease(x - left), v = Ease(y - top);
        float upper = Mix(Lattice(left, top), Lattice(left + 1, top), u);
        float lower = Mix(Lattice(left, top + 1), Lattice(left + 1, top + 1), u);
        return Mix(upper, lower, v);
    }

    /// <summary>Octaves of noise, each twice as fine and half as strong as the one before.</summary>
    public float Fractal(float x, float y, int octaves)
    {
        float sum = 0, weight = 1, total = 0;
        for (int i = 0; i < octaves; i++, weight /= 2, x *= 2, y *= 2)
        {
            sum += weight * At(x + (17 * i), y - (31 * i));
            total += weight;
        }

        return sum / total;
    }

    private static float Mix(float a, float b, float t) => a + ((b - a) * t);

    private static float Ease(float t) => t * t * (3 - (2 * t));

    private float Lattice(int x, int y)
    {
        uint h = seed ^ ((uint)x * 0x9E3779B1) ^ ((uint)y * 0x85EBCA77);
        h = (h ^ (h >> 15)) * 0x2C1B3C6D;
        h = (h ^ (h >> 12)) * 0x297A2D39;
        h ^= h >> 15;
        return (h >> 8) * (1f / (1 << 24));
    }
}
