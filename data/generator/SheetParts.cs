using SkiaSharp;

namespace DrawParts;

/// <summary>Offcuts of sheets: known by their texture, since their outlines are drawn alike.</summary>
internal static class SheetParts
{
    public static void Mesh(ReliefCanvas canvas, Dice dice)
    {
        int wires = dice.Count(5, 7);
        float pitch = 2f / wires, width = pitch * dice.Between(0.4, 0.55);
        using SKPath outline = Outline(dice);
        canvas.Within(outline, () =>
        {
            for (int i = 0; i < wires; i++)
                canvas.Wire(-1, Place(i), 1, Place(i), width, 0.15f, 0.6f);
            for (int i = 0; i < wires; i++)
                canvas.Wire(Place(i), -1, Place(i), 1, width, 0.15f, 0.6f);

            // Plain weave: at every second crossing the wire drawn first comes out on top; all crossings rise.
            for (int i = 0; i < wires; i++)
            {
                for (int j = 0; j < wires; j++)
                    Crossing(Place(i), Place(j), alongX: (i + j) % 2 == 0);
            }
        });

        float Place(int i) => -1 + ((i + 0.5f) * pitch);

        void Crossing(float x, float y, bool alongX)
        {
            float half = pitch * 0.45f;
            if (alongX) canvas.Wire(x - half, y, x + half, y, width, 0.4f, 1);
            else canvas.Wire(x, y - half, x, y + half, width, 0.4f, 1);
        }
    }

    public static void PerforatedPlate(ReliefCanvas canvas, Dice dice)
    {
        int holes = dice.Count(4, 6);
        bool staggered = dice.Chance(0.5);
        float pitch = 2f / holes, radius = pitch * dice.Between(0.28, 0.36);
        float rowPitch = staggered ? pitch * 0.87f : pitch;
        float height = dice.Between(0.5, 0.75);
        using SKPath outline = Outline(dice);
        canvas.Fill(outline, height);
        for (int row = -holes; row <= holes; row++)
        {
            float shift = staggered && row % 2 != 0 ? 0.5f : 0;
            for (int column = -holes; column <= holes; column++)
                canvas.Hole((column + shift) * pitch, row * rowPitch, radius);
        }
    }

    /// <summary>A rectangle, a disc or an irregular cut.</summary>
    private static SKPath Outline(Dice dice)
    {
        SKPath path = new();
        switch (dice.Count(0, 2))
        {
            case 0:
                float right = dice.Between(0.7, 0.95), bottom = dice.Between(0.7, 0.95);
                path.AddRect(new SKRect(-right, -bottom, right, bottom));
                break;
            case 1:
                path.AddCircle(0, 0, dice.Between(0.88, 1));
                break;
            default:
                int corners = dice.Count(5, 7);
                SKPoint[] points = new SKPoint[corners];
                for (int i = 0; i < corners; i++)
                {
                    (float sin, float cos) = MathF.SinCos(2 * MathF.PI * (i + dice.Between(-0.3, 0.3)) / corners);
                    float radius = dice.Between(0.85, 1.1);
                    points[i] = new SKPoint(radius * cos, radius * sin);
                }

                path.AddPoly(points);
                break;
        }

        return path;
    }
}
