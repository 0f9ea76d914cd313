using SswpNas.MLNet.Data.Views;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;

namespace SswpNas.MLNet.Tests.Objectives.Views;

/// <summary>Images and planes to try things on.</summary>
internal static class TestImages
{
    public static readonly ImageShape Small = new(3, 32, 32);

    public static PixelNormalization Normalization(int channels) =>
        channels == 1 ? new([0.3f], [0.31f]) : new([0.49f, 0.48f, 0.44f], [0.25f, 0.24f, 0.26f]);

    /// <summary>Noise, with gray, black, white and fully saturated pixels, where the hue has its corners.</summary>
    public static PixelStore Random(ImageShape shape, int count, int seed = 1)
    {
        RandomStream random = new(seed, RandomPurpose.Shuffle);
        byte[][] images = new byte[count][];
        for (int i = 0; i < count; i++)
        {
            byte[] image = images[i] = new byte[shape.Size];
            for (int p = 0; p < image.Length; p += shape.Channels)
            {
                int kind = random.NextInt(4);
                byte gray = (byte)random.NextInt(256);
                for (int c = 0; c < shape.Channels; c++)
                {
                    image[p + c] = kind switch
                    {
                        0 => gray,
                        1 => (byte)(255 * random.NextInt(2)),
                        _ => (byte)random.NextInt(256),
                    };
                }
            }
        }

        return new(shape, new(0, 255), images);
    }

    public static PixelStore Constant(ImageShape shape, byte value)
    {
        byte[] image = new byte[shape.Size];
        image.AsSpan().Fill(value);
        return new(shape, new(0, 255), [image]);
    }

    public static Planes ToPlanes(PixelStore store, int image)
    {
        Planes planes = new(store.Shape);
        ReadOnlySpan<byte> bytes = store[image];
        for (int i = 0; i < bytes.Length; i++)
            planes.Plane(i % store.Shape.Channels)[i / store.Shape.Channels] = bytes[i] / 255f;
        return planes;
    }

    public static double[] ToDoubles(PixelStore store, int image) => [.. store[image].ToArray().Select(b => b / 255.0)];

    /// <summary>Height x width x channels.</summary>
    public static float[] Interleaved(Planes planes)
    {
        float[] result = new float[planes.Shape.Size];
        int channels = planes.Shape.Channels;
        for (int i = 0; i < result.Length; i++) result[i] = planes.Plane(i % channels)[i / channels];
        return result;
    }

    public static void AssertClose(double[] expected, ReadOnlySpan<float> actual, double tolerance, string what)
    {
        Assert.AreEqual(expected.Length, actual.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            // The message costs more than the comparison.
            if (!(Math.Abs(expected[i] - actual[i]) <= tolerance))
                Assert.Fail($"{what}: value {i} is {actual[i]}; {expected[i]} was expected.");
        }
    }
}
