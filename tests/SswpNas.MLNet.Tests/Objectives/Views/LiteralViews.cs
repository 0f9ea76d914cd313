using SswpNas.MLNet.Data.Views;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;

namespace SswpNas.MLNet.Tests.Objectives.Views;

/// <summary>The views once more, pixel by pixel in double precision: slow, as the operations are defined.</summary>
internal sealed class LiteralViews(ImageShape shape)
{
    private delegate (double R, double G, double B) Recolor(double r, double g, double b);

    public double[] Resize(double[] image, CropBox crop)
    {
        return Fill((y, x, c) =>
        {
            double v = Math.Clamp(((y + 0.5) * crop.Height / shape.Height) - 0.5, 0, crop.Height - 1);
            double u = Math.Clamp(((x + 0.5) * crop.Width / shape.Width) - 0.5, 0, crop.Width - 1);
            double sum = 0;
            for (int j = 0; j < crop.Height; j++)
            {
                for (int i = 0; i < crop.Width; i++)
                {
                    double weight = Math.Max(0, 1 - Math.Abs(v - j)) * Math.Max(0, 1 - Math.Abs(u - i));
                    if (weight > 0) sum += weight * image[Index(crop.Top + j, crop.Left + i, c)];
                }
            }

            return sum;
        });
    }

    public double[] MirrorColumns(double[] image) => Fill((y, x, c) => image[Index(y, shape.Width - 1 - x, c)]);

    public double[] MirrorRows(double[] image) => Fill((y, x, c) => image[Index(shape.Height - 1 - y, x, c)]);

    /// <summary>By 90 degrees, against the clock.</summary>
    public double[] Turn(double[] image) => Fill((y, x, c) => image[Index(x, shape.Width - 1 - y, c)]);

    public double[] Brightness(double[] image, double factor) => [.. image.Select(v => Unit(factor * v))];

    public double[] Contrast(double[] image, double factor)
    {
        double mean = 0;
        for (int p = 0; p < image.Length; p += shape.Channels)
        {
            double gray = shape.Channels == 1 ? image[p] : Gray(image[p], image[p + 1], image[p + 2]);
            mean += gray / (shape.Height * shape.Width);
        }

        return [.. image.Select(v => Unit((factor * v) + ((1 - factor) * mean)))];
    }

    public double[] Saturation(double[] image, double factor) => ForPixels(image, (r, g, b) =>
    {
        double gray = (1 - factor) * Gray(r, g, b);
        return (Unit((factor * r) + gray), Unit((factor * g) + gray), Unit((factor * b) + gray));
    });

    public double[] ToGray(double[] image) =>
        ForPixels(image, (r, g, b) => (Gray(r, g, b), Gray(r, g, b), Gray(r, g, b)));

    public double[] Hue(double[] image, double shift) => ForPixels(image, (r, g, b) =>
    {
        (double h, double s, double v) = ToHsv(r, g, b);
        h += shift;
        return FromHsv(h - Math.Floor(h), s, v);
    });

    public double[] Blur(double[] image, double sigma)
    {
        double[,] kernel = new double[3, 3];
        double total = 0;
        for (int j = -1; j <= 1; j++)
        {
            for (int i = -1; i <= 1; i++)
                total += kernel[j + 1, i + 1] = Math.Exp(-((i * i) + (j * j)) / (2 * sigma * sigma));
        }

        return Fill((y, x, c) =>
        {
            double sum = 0;
            for (int j = -1; j <= 1; j++)
            {
                for (int i = -1; i <= 1; i++)
                {
                    int index = Index(Reflect(y + j, shape.Height), Reflect(x + i, shape.Width), c);
                    sum += kernel[j + 1, i + 1] / total * image[index];
                }
            }

            return sum;
        });
    }

    /// <summary>A whole view, from the same stream of random numbers.</summary>
    public double[] Draw(double[] image, ViewOptions o, RandomStream random)
    {
        CropBox crop = CropBox.Random(
            ref random,
            shape,
            (o.MinimumCropArea, o.MaximumCropArea),
            (o.MinimumAspectRatio, o.MaximumAspectRatio));
        image = Resize(image, crop);
        if (random.NextBool(o.FlipProbability)) image = MirrorColumns(image);
        if (random.NextBool(o.VerticalFlipProbability)) image = MirrorRows(image);
        int turns = random.NextBool(o.Rotate90Probability) ? 1 + random.NextInt(3) : 0;
        for (int i = 0; i < turns; i++) image = Turn(image);
        if (random.NextBool(o.JitterProbability))
        {
            int[] order = [0, 1, 2, 3];
            random.Shuffle<int>(order);
            double b = random.NextDouble(Math.Max(0, 1 - o.Brightness), 1 + o.Brightness);
            double c = random.NextDouble(Math.Max(0, 1 - o.Contrast), 1 + o.Contrast);
            double s = random.NextDouble(Math.Max(0, 1 - o.Saturation), 1 + o.Saturation);
            double h = random.NextDouble(-o.Hue, o.Hue);
            Func<double[], double[]>[] steps =
                [v => Brightness(v, b), v => Contrast(v, c), v => Saturation(v, s), v => Hue(v, h)];
            foreach (int step in order) image = steps[step](image);
        }

        if (random.NextBool(o.GrayscaleProbability)) image = ToGray(image);
        return random.NextBool(o.BlurProbability)
            ? Blur(image, random.NextDouble(o.MinimumBlurSigma, o.MaximumBlurSigma))
            : image;
    }

    public double[] Normalize(double[] image, PixelNormalization by) =>
        Fill((y, x, c) => (image[Index(y, x, c)] - by.Mean[c]) / by.StandardDeviation[c]);

    private double[] Fill(Func<int, int, int, double> value)
    {
        double[] result = new double[shape.Size];
        for (int y = 0; y < shape.Height; y++)
        {
            for (int x = 0; x < shape.Width; x++)
            {
                for (int c = 0; c < shape.Channels; c++) result[Index(y, x, c)] = value(y, x, c);
            }
        }

        return result;
    }

    private double[] ForPixels(double[] image, Recolor recolor)
    {
        double[] result = [.. image];
        if (shape.Channels == 1) return result;
        for (int p = 0; p < image.Length; p += 3)
            (result[p], result[p + 1], result[p + 2]) = recolor(image[p], image[p + 1], image[p + 2]);
        return result;
    }

    private int Index(int y, int x, int c) => (((y * shape.Width) + x) * shape.Channels) + c;

    private static int Reflect(int i, int length) => i < 0 ? -i : i >= length ? (2 * (length - 1)) - i : i;

    private static double Gray(double r, double g, double b) => (0.299 * r) + (0.587 * g) + (0.114 * b);

    private static double Unit(double value) => Math.Clamp(value, 0, 1);

    private static (double H, double S, double V) ToHsv(double r, double g, double b)
    {
        double max = Math.Max(r, Math.Max(g, b));
        double range = max - Math.Min(r, Math.Min(g, b));
        if (range == 0) return (0, 0, max);
        double degrees = 240 + (60 * (r - g) / range);
        if (max == g) degrees = 120 + (60 * (b - r) / range);
        if (max == r) degrees = 60 * (g - b) / range;
        return ((degrees + 360) % 360 / 360, range / max, max);
    }

    private static (double R, double G, double B) FromHsv(double h, double s, double v)
    {
        int sector = (int)(h * 6);
        double f = (h * 6) - sector;
        (double p, double q, double t) = (v * (1 - s), v * (1 - (s * f)), v * (1 - (s * (1 - f))));
        return (sector % 6) switch
        {
            0 => (v, t, p),
            1 => (q, v, p),
            2 => (p, v, t),
            3 => (p, q, v),
            4 => (t, p, v),
            _ => (v, p, q),
        };
    }
}
