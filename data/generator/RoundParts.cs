using SkiaSharp;

namespace DrawParts;

/// <summary>Parts that are rings at first sight: at 32 x 32 pixels only their details tell them apart.</summary>
internal static class RoundParts
{
    public static void Bearing(ReliefCanvas canvas, Dice dice)
    {
        float race = dice.Between(0.76, 0.82), inner = dice.Between(0.44, 0.52);
        int balls = dice.Count(7, 10);
        float radius = Math.Min((race - inner) / 2, 0.9f * MathF.PI * ((race + inner) / 2) / balls);
        canvas.Disc(0, 0, 1, 0.8f);
        canvas.Disc(0, 0, race, 0.1f);
        for (int i = 0; i < balls; i++)
        {
            (float sin, float cos) = MathF.SinCos(2 * MathF.PI * i / balls);
            canvas.Dome((race + inner) / 2 * cos, (race + inner) / 2 * sin, radius, 0.15f, 0.85f);
        }

        canvas.Disc(0, 0, inner, 0.8f);
        canvas.Hole(0, 0, inner - dice.Between(0.12, 0.18));
    }

    public static void Circlip(ReliefCanvas canvas, Dice dice)
    {
        float radius = dice.Between(0.74, 0.82), width = dice.Between(0.17, 0.25);
        float gap = dice.Between(0.3, 0.6), eye = dice.Between(0.16, 0.2);
        float eyeRadius = radius + (dice.Chance(0.5) ? -0.1f : 0.1f);
        using SKPath arc = new();
        SKRect oval = new(-radius, -radius, radius, radius);
        float gapDegrees = gap * 180 / MathF.PI;
        arc.AddArc(oval, gapDegrees, 360 - (2 * gapDegrees));
        canvas.Stroke(arc, width, 0.7f);
        foreach (int side in (int[])[-1, 1])
        {
            (float sin, float cos) = MathF.SinCos(side * gap);
            canvas.Disc(eyeRadius * cos, eyeRadius * sin, eye, 0.7f);
            canvas.Hole(eyeRadius * cos, eyeRadius * sin, eye * 0.45f);
        }
    }

    public static void Gear(ReliefCanvas canvas, Dice dice)
    {
        int teeth = dice.Count(9, 14);
        float root = dice.Between(0.76, 0.82), tip = dice.Between(0.16, 0.24);
        using SKPath path = new();
        for (int i = 0; i < teeth; i++)
        {
            Corner(i - 0.30f, root);
            Corner(i - tip, 1);
            Corner(i + tip, 1);
            Corner(i + 0.30f, root);
        }

        path.Close();
        canvas.Fill(path, 0.75f);
        float rim = dice.Between(0.55, 0.65), hub = dice.Between(0.34, 0.42);
        if (dice.Chance(0.6)) canvas.Disc(0, 0, rim, 0.4f);
        canvas.Disc(0, 0, hub, 0.85f);
        canvas.Hole(0, 0, hub - dice.Between(0.1, 0.16));

        void Corner(float tooth, float radius)
        {
            (float sin, float cos) = MathF.SinCos(2 * MathF.PI * tooth / teeth);
            if (path.IsEmpty) path.MoveTo(radius * cos, radius * sin);
            else path.LineTo(radius * cos, radius * sin);
        }
    }

    public static void HexNut(ReliefCanvas canvas, Dice dice)
    {
        using SKPath hexagon = new();
        for (int i = 0; i < 6; i++)
        {
            (float sin, float cos) = MathF.SinCos(MathF.PI * i / 3);
            if (i == 0) hexagon.MoveTo(cos, sin);
            else hexagon.LineTo(cos, sin);
        }

        hexagon.Close();
        canvas.Fill(hexagon, 0.75f);
        canvas.Disc(0, 0, dice.Between(0.78, 0.86), 0.87f);
        float bore = dice.Between(0.44, 0.56);
        canvas.Disc(0, 0, bore + 0.06f, 0.5f);
        canvas.Hole(0, 0, bore - 0.04f);
    }

    public static void Washer(ReliefCanvas canvas, Dice dice)
    {
        float hole = dice.Between(0.36, 0.58);
        bool dished = dice.Chance(0.4);
        int steps = dished ? 12 : 1;
        float height = dice.Between(0.45, 0.7);
        for (int i = 0; i < steps; i++)
        {
            float along = (float)i / steps;
            canvas.Disc(0, 0, 1 - (along * (1 - hole)), height + (0.5f * along * (1 - height)));
        }

        canvas.Hole(0, 0, hole);
    }
}
