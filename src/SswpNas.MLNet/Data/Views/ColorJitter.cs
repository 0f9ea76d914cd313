using System.Numerics;
using System.Numerics.Tensors;

namespace SswpNas.MLNet.Data.Views;

/// <summary>What a colour jitter consists of.</summary>
internal enum JitterOperation
{
    Brightness,
    Contrast,
    Saturation,
    Hue,
}

/// <summary>A part of a colour jitter that has been drawn.</summary>
internal readonly record struct JitterStep(JitterOperation Operation, float? Amount);

/// <summary>
/// Changes brightness, contrast, saturation and hue by random amounts, in random order, as torchvision's ColorJitter
/// does; values stay within 0 to 1. Three channels are red, green, blue; one channel has neither saturation nor hue.
/// </summary>
internal readonly record struct ColorJitter(double Brightness, double Contrast, double Saturation, double Hue)
{
    /// <summary>The colours' shares of a pixel's gray.</summary>
    public const float Red = 0.299f, Green = 0.587f, Blue = 0.114f;

    public void Apply(ref RandomStream random, Planes planes) => Apply(Draw(ref random), planes);

    /// <summary>Draws by how much and in which order.</summary>
    public JitterStep[] Draw(ref RandomStream random)
    {
        Span<int> order = [0, 1, 2, 3];
        random.Shuffle(order);
        float brightness = Factor(ref random, Brightness);
        float contrast = Factor(ref random, Contrast);
        float saturation = Factor(ref random, Saturation);
        float hue = (float)random.NextDouble(-Hue, Hue);
        float?[] amounts =
        [
            Brightness > 0 ? brightness : null, Contrast > 0 ? contrast : null, Saturation > 0 ? saturation : null,
            Hue > 0 ? hue : null,
        ];
        JitterStep[] steps = new JitterStep[order.Length];
        for (int i = 0; i < steps.Length; i++) steps[i] = new JitterStep((JitterOperation)order[i], amounts[order[i]]);
        return steps;
    }

    public static void Apply(JitterStep[] steps, Planes planes)
    {
        foreach (JitterStep step in steps)
        {
            if (step.Amount is not float amount) continue;
            if (step.Operation == JitterOperation.Brightness) ChangeBrightness(planes, amount);
            if (step.Operation == JitterOperation.Contrast) ChangeContrast(planes, amount);
            if (step.Operation == JitterOperation.Saturation) ChangeSaturation(planes, amount);
            if (step.Operation == JitterOperation.Hue) ShiftHue(planes, amount);
        }
    }

    public static void ChangeBrightness(Planes planes, float factor)
    {
        for (int c = 0; c < planes.Shape.Channels; c++)
        {
            foreach (ref Vector<float> value in planes.AsVectors(c)) value = Unit(value * factor);
        }
    }

    /// <summary>Mixes the image with its mean gray.</summary>
    public static void ChangeContrast(Planes planes, float factor)
    {
        float gray = MeanOf(planes, 0);
        if (planes.Shape.Channels == 3)
            gray = (Red * gray) + (Green * MeanOf(planes, 1)) + (Blue * MeanOf(planes, 2));
        Vector<float> rest = new((1 - factor) * gray);
        for (int c = 0; c < planes.Shape.Channels; c++)
        {
            foreach (ref Vector<float> value in planes.AsVectors(c)) value = Unit((value * factor) + rest);
        }

        static float MeanOf(Planes planes, int channel) =>
            TensorPrimitives.Sum<float>(planes.Plane(channel)[..planes.Pixels]) / planes.Pixels;
    }

    /// <summary>Mixes each pixel with its gray; factor 0 leaves the gray alone.</summary>
    public static void ChangeSaturation(Planes planes, float factor)
    {
        if (planes.Shape.Channels == 1) return;
        Span<Vector<float>> red = planes.AsVectors(0);
        Span<Vector<float>> green = planes.AsVectors(1);
        Span<Vector<float>> blue = planes.AsVectors(2);
        for (int i = 0; i < red.Length; i++)
        {
            Vector<float> rest = ((red[i] * Red) + (green[i] * Green) + (blue[i] * Blue)) * (1 - factor);
            red[i] = Unit((red[i] * factor) + rest);
            green[i] = Unit((green[i] * factor) + rest);
            blue[i] = Unit((blue[i] * factor) + rest);
        }
    }

    /// <summary>
    /// Turns each pixel's hue by the given part of the circle and keeps its value and saturation in the HSV cone: with
    /// the hue in sixths of the circle, a channel is value - chroma * clamp(min(k, 4 - k), 0, 1), k = (n + hue) mod 6.
    /// </summary>
    public static void ShiftHue(Planes planes, float shift)
    {
        if (planes.Shape.Channels == 1) return;
        Span<Vector<float>> red = planes.AsVectors(0);
        Span<Vector<float>> green = planes.AsVectors(1);
        Span<Vector<float>> blue = planes.AsVectors(2);
        Vector<float> turn = new(6 * shift);
        for (int i = 0; i < red.Length; i++)
        {
            Vector<float> value = Vector.Max(red[i], Vector.Max(green[i], blue[i]));
            Vector<float> chroma = value - Vector.Min(red[i], Vector.Min(green[i], blue[i]));
            Vector<float> hue = HueOf(red[i], green[i], blue[i], value, chroma) + turn;
            red[i] = Channel(new(5), hue, value, chroma);
            green[i] = Channel(new(3), hue, value, chroma);
            blue[i] = Channel(new(1), hue, value, chroma);
        }
    }

    private static Vector<float> HueOf(
        Vector<float> red, Vector<float> green, Vector<float> blue, Vector<float> value, Vector<float> chroma)
    {
        // A gray pixel has no hue; any will do, since its chroma is 0.
        Vector<float> inverse =
            Vector<float>.One / Vector.ConditionalSelect(Vector.Equals(chroma, default), Vector<float>.One, chroma);
        Vector<float> fromRed = (green - blue) * inverse;
        Vector<float> fromGreen = ((blue - red) * inverse) + new Vector<float>(2);
        Vector<float> fromBlue = ((red - green) * inverse) + new Vector<float>(4);
        Vector<float> other = Vector.ConditionalSelect(Vector.Equals(value, green), fromGreen, fromBlue);
        return Vector.ConditionalSelect(Vector.Equals(value, red), fromRed, other);
    }

    private static Vector<float> Channel(Vector<float> n, Vector<float> hue, Vector<float> value, Vector<float> chroma)
    {
        Vector<float> k = n + hue;
        k -= Vector.Floor(k * (1 / 6f)) * 6;
        return value - (chroma * Unit(Vector.Min(k, new Vector<float>(4) - k)));
    }

    /// <summary>The gray of each pixel in all three channels; one channel is left as it is.</summary>
    public static void ToGray(Planes planes) => ChangeSaturation(planes, 0);

    private static float Factor(ref RandomStream random, double amount) =>
        (float)random.NextDouble(Math.Max(0, 1 - amount), 1 + amount);

    private static Vector<float> Unit(Vector<float> value) =>
        Vector.Min(Vector.Max(value, Vector<float>.Zero), Vector<float>.One);
}
