using SkiaSharp;

namespace DrawParts;

/// <summary>One picture of the data set: a part among clutter, sometimes partly hidden.</summary>
internal static class Picture
{
    private const float NominalRadius = 13;
    private const float Middle = Plane.PictureSide / 2f;

    /// <summary>Draws a picture from (seed, class, index) and returns it as a JPEG file.</summary>
    public static byte[] Draw(int seed, int classIndex, int index)
    {
        Dice dice = new(seed, classIndex, index);
        Light light = new(dice);
        Scene scene = new(new Background(dice), light);
        Placement place = PlaceMainPart(dice);

        int fragments = dice.Count(3, 6);
        for (int i = 0; i < fragments; i++)
            AddFragment(scene, dice, place, dice.Between(1.0, 1.9));

        Add(scene, dice, place, canvas => PartClass.All[classIndex].Draw(canvas, dice));

        if (dice.Chance(1.0 / 3))
        {
            if (dice.Chance(0.5)) AddStrip(scene, dice, place);
            else AddFragment(scene, dice, place, dice.Between(0.65, 1.0));
        }

        return new Camera(dice).Shoot(scene);
    }

    private static Placement PlaceMainPart(Dice dice)
    {
        float radius = NominalRadius * dice.Between(0.55, 1.15);

        // Small parts wander further; at most a quarter of the radius leaves the picture.
        float room = Math.Max(2, Middle - (0.75f * radius)) * 0.7f;
        float x = Middle + (room * dice.Between(-1, 1)), y = Middle + (room * dice.Between(-1, 1));
        return Tilted(dice, x, y, radius);
    }

    private static Placement Tilted(Dice dice, float x, float y, float radius) => new(x, y, radius, dice.Angle())
    {
        Shear = dice.Between(-0.15, 0.15),
        Stretch = dice.Between(0.88, 1.13),
        TiltX = dice.Between(-0.15, 0.15),
        TiltY = dice.Between(-0.15, 0.15),
    };

    private static void Add(
        Scene scene, Dice dice, Placement place, Action<ReliefCanvas> draw, SKPath? cut = null)
    {
        Relief relief = Relief.Draw(place, draw, cut);
        scene.Add(relief, Material.Any(dice), place.Radius);
    }

    /// <summary>
    /// A corner of some part of any class, this picture's own included, so many radii away from the main part.
    /// </summary>
    private static void AddFragment(Scene scene, Dice dice, Placement main, float distance)
    {
        (float sin, float cos) = MathF.SinCos(dice.Angle());
        float x = main.X + (distance * main.Radius * cos), y = main.Y + (distance * main.Radius * sin);
        Placement place = Tilted(dice, x, y, NominalRadius * dice.Between(0.45, 0.9));
        PartClass part = dice.Pick(PartClass.All);

        // A triangle with one corner on the far side of the fragment's centre keeps about a third of it.
        float turn = dice.Angle(), reach = place.Radius * Plane.PointsPerPixel * 2, spread = dice.Between(0.4, 0.75);
        SKPoint centre = new(x * Plane.PointsPerPixel, y * Plane.PointsPerPixel);
        using SKPath cut = new();
        cut.AddPoly([From(turn + MathF.PI, 0.15f), From(turn - spread, 1), From(turn + spread, 1)]);
        Add(scene, dice, place, canvas => part.Draw(canvas, dice), cut);

        SKPoint From(float angle, float length) => new(
            centre.X + (length * reach * MathF.Cos(angle)), centre.Y + (length * reach * MathF.Sin(angle)));
    }

    /// <summary>A cable or a tape that runs over the part beside its middle.</summary>
    private static void AddStrip(Scene scene, Dice dice, Placement main)
    {
        float width = dice.Between(0.18, 0.4), beside = dice.Between(0.2, 0.8), bend = dice.Between(-0.5, 0.5);
        bool round = dice.Chance(0.5);
        Add(scene, dice, main with { Turn = dice.Angle() }, canvas =>
        {
            using SKPath path = new();
            path.MoveTo(-6, beside - bend);
            path.QuadTo(0, beside + bend, 6, beside - bend);
            if (round) canvas.Wire(path, width, 0.2f, 1);
            else canvas.Stroke(path, width, 0.8f);
        });
    }
}
