using static TorchSharp.torch;

namespace SswpNas.MLNet.Data.Views.OnDevice;

/// <summary>What <see cref="ColorJitter"/> does, for a batch in which each row has its own order and amounts.</summary>
internal static class ColorTensors
{
    /// <param name="views">[rows, channels, height, width] of 0 to 1.</param>
    /// <param name="plans">One for each row, with a jitter.</param>
    public static Tensor Jitter(Tensor views, ViewPlan[] plans)
    {
        for (int step = 0; step < plans[0].Jitter!.Length; step++) views = Step(views, plans, step);
        return views;
    }

    /// <summary>The gray of each pixel in all three channels.</summary>
    public static Tensor ToGray(Tensor views) => TensorMath.Unit(Gray(views)).expand(views.shape);

    /// <summary>
    /// One step of every row's jitter. All but the hue's are mixtures of the row with something: with black, with its mean
    /// gray, with each pixel's gray. A factor of 1 leaves a row as it is.
    /// </summary>
    private static Tensor Step(Tensor views, ViewPlan[] plans, int step)
    {
        bool colours = views.shape[1] == 3;
        float[] factors = new float[plans.Length], contrasts = new float[plans.Length], saturations = new float[plans.Length];
        float[] turns = new float[plans.Length];
        for (int i = 0; i < plans.Length; i++)
        {
            (JitterOperation operation, float? amount) = plans[i].Jitter![step];
            if (operation >= JitterOperation.Saturation && !colours) amount = null;
            factors[i] = operation == JitterOperation.Hue ? 1 : amount ?? 1;
            contrasts[i] = operation == JitterOperation.Contrast ? 1 : 0;
            saturations[i] = operation == JitterOperation.Saturation ? 1 : 0;
            turns[i] = operation == JitterOperation.Hue ? 6 * amount ?? 0 : 0;
        }

        Tensor factor = PerRow(factors, views);
        Tensor gray = Gray(views), mean = Gray(views.mean([2, 3], keepdim: true));
        Tensor other = TensorMath.Add(mean.mul(PerRow(contrasts, views)), gray.mul(PerRow(saturations, views)));
        Tensor mixed = TensorMath.Unit(TensorMath.Add(views.mul(factor), other.mul(TensorMath.From(1, factor))));
        if (turns.All(turn => turn == 0)) return mixed;
        Tensor turn = PerRow(turns, views);
        return where(TensorMath.Zeros(turn).to(ScalarType.Bool), mixed, ShiftHue(mixed, turn));
    }

    /// <summary>Of one channel it is the channel.</summary>
    private static Tensor Gray(Tensor views)
    {
        if (views.shape[1] == 1) return views;
        (Tensor red, Tensor green, Tensor blue) = Channels(views);
        Tensor warm = TensorMath.Add(
            TensorMath.Multiply(red, ColorJitter.Red), TensorMath.Multiply(green, ColorJitter.Green));
        return TensorMath.Add(warm, TensorMath.Multiply(blue, ColorJitter.Blue));
    }

    private static Tensor ShiftHue(Tensor views, Tensor turn)
    {
        (Tensor red, Tensor green, Tensor blue) = Channels(views);
        Tensor value = red.maximum(green).maximum(blue);
        Tensor chroma = value.sub(red.minimum(green).minimum(blue));
        Tensor hue = TensorMath.Add(Hue(red, green, blue, value, chroma), turn);
        return cat([Channel(5), Channel(3), Channel(1)], 1);

        Tensor Channel(float n)
        {
            Tensor k = TensorMath.Add(hue, n);
            k = k.sub(TensorMath.Multiply(TensorMath.Multiply(k, 1 / 6f).floor(), 6));
            return value.sub(chroma.mul(TensorMath.Unit(k.minimum(TensorMath.From(4, k)))));
        }
    }

    private static Tensor Hue(Tensor red, Tensor green, Tensor blue, Tensor value, Tensor chroma)
    {
        // A gray pixel has no hue; any will do, since its chroma is 0.
        Tensor inverse = TensorMath.Add(chroma, TensorMath.Zeros(chroma)).reciprocal();
        Tensor fromRed = green.sub(blue).mul(inverse);
        Tensor fromGreen = TensorMath.Add(blue.sub(red).mul(inverse), 2);
        Tensor fromBlue = TensorMath.Add(red.sub(green).mul(inverse), 4);
        return where(value.eq(red), fromRed, where(value.eq(green), fromGreen, fromBlue));
    }

    private static (Tensor Red, Tensor Green, Tensor Blue) Channels(Tensor views) =>
        (views.narrow(1, 0, 1), views.narrow(1, 1, 1), views.narrow(1, 2, 1));

    private static Tensor PerRow(float[] values, Tensor views) =>
        Upload.Floats(values, [values.Length, 1, 1, 1], views.device);
}
