using SkiaSharp;

namespace DrawParts;

/// <summary>Parts that are longer than wide.</summary>
internal static class LongParts
{
    public static void Bolt(ReliefCanvas canvas, Dice dice)
    {
        float shank = dice.Between(0.17, 0.23), head = dice.Between(0.38, 0.46), neck = dice.Between(-0.68, -0.58);
        float end = dice.Between(0.85, 1), thread = dice.Between(neck + 0.1, -0.1);
        canvas.Wire(neck, 0, end, 0, 2 * shank, 0.05f, 0.6f);
        int turns = dice.Count(7, 11);
        float pitch = (end - thread) / turns;
        for (int i = 0; i < turns; i++)
        {
            float x = thread + ((i + 0.5f) * pitch);
            canvas.Wire(x - (pitch / 4), -shank - 0.04f, x + (pitch / 4), shank + 0.04f, pitch * 0.55f, 0.4f, 0.85f);
        }

        if (dice.Chance(0.6))
        {
            // A hexagon from its side: the middle facet faces us, the others lean away.
            canvas.Box(-1, -head, neck, head, 0.55f, 0.04f);
            canvas.Box(-1, -head / 2, neck, head / 2, 0.95f);
        }
        else
        {
            canvas.Wire((-1 + neck) / 2, -head, (-1 + neck) / 2, head, neck + 1, 0.3f, 0.95f);
        }
    }

    public static void Bracket(ReliefCanvas canvas, Dice dice)
    {
        float width = dice.Between(0.42, 0.54), across = dice.Between(1.3, 1.7), down = dice.Between(1.3, 1.7);
        float left = -across / 2, top = -down / 2;
        canvas.Box(left, top, left + width, top + down, 0.6f, 0.08f);
        if (dice.Chance(0.4))
        {
            using SKPath gusset = new();
            gusset.AddPoly([new(left + width, top + width), new(left + width + 0.4f, top + width),
                new(left + width, top + width + 0.4f)]);
            canvas.Fill(gusset, 0.6f);
        }

        // The second leg lies higher, so that the bend catches the light.
        canvas.Box(left, top, left + across, top + width, 0.85f, 0.08f);
        int holes = dice.Count(1, 2);
        float radius = width * dice.Between(0.22, 0.3);
        for (int i = 0; i < holes; i++)
        {
            float step = (i + 0.5f) / holes;
            canvas.Hole(left + width + (step * (across - width)), top + (width / 2), radius);
            canvas.Hole(left + (width / 2), top + width + (step * (down - width)), radius);
        }
    }

    public static void Spring(ReliefCanvas canvas, Dice dice)
    {
        int turns = dice.Count(5, 8);
        float half = dice.Between(0.34, 0.46), wire = dice.Between(0.42, 0.56) * 2 / turns;
        float pitch = 2f / turns;
        for (int i = 0; i < turns; i++)
            Coil(i, half, i + 0.5f, -half, 0.05f, 0.4f);
        for (int i = 0; i <= turns; i++)
            Coil(i - 0.5f, -half, i, half, 0.3f, 0.95f);

        // An arc over the wire's half turn; the ends lean as a helix does when seen from the side.
        void Coil(float from, float y0, float to, float y1, float low, float high)
        {
            float x0 = -1 + (Math.Max(from, 0) * pitch), x1 = -1 + (to * pitch);
            using SKPath path = new();
            path.MoveTo(x0, y0);
            path.CubicTo(x0, y0 * 0.4f, x1, y1 * 0.4f, x1, y1);
            canvas.Wire(path, wire, low, high);
        }
    }
}
