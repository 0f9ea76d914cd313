using System.Numerics.Tensors;

namespace SswpNas.MLNet.Data;

/// <summary>Mean and standard deviation of each channel, on the scale of 0 (black) to 1 (white).</summary>
internal sealed record PixelNormalization(float[] Mean, float[] StandardDeviation)
{
    public int Channels => Mean.Length;

    /// <summary>
    /// Over all pixels of the given images, in whole numbers, so the result does not depend on the order. A channel
    /// that does not vary gets the standard deviation 1.
    /// </summary>
    public static PixelNormalization Of(PixelStore store, IEnumerable<int> images)
    {
        int[] chosen = [.. images];
        if (chosen.Length == 0)
            throw new ArgumentException("No images came; normalization needs at least one.", nameof(images));
        int channels = store.Shape.Channels;
        // For each channel the sum of its bytes, and the sum of their squares.
        long[] total = new long[2 * channels];
        Parallel.For(
            0,
            chosen.Length,
            () => new long[2 * channels],
            (i, _, sums) => Add(store[chosen[i]], sums),
            sums =>
            {
                lock (total) TensorPrimitives.Add<long>(total, sums, total);
            });
        long pixels = (long)chosen.Length * store.Shape.Height * store.Shape.Width;
        return new(
            [.. Enumerable.Range(0, channels).Select(c => (float)(total[2 * c] / (255.0 * pixels)))],
            [.. Enumerable.Range(0, channels).Select(c => Deviation(total[2 * c], total[(2 * c) + 1], pixels))]);
    }

    /// <summary>
    /// The normalised value of each byte b, (b / 255 - mean) / deviation, for one channel after the other: 256 each.
    /// </summary>
    public float[] Table()
    {
        float[] table = new float[256 * Channels];
        for (int c = 0; c < Channels; c++)
        {
            float scale = 1 / StandardDeviation[c];
            for (int b = 0; b < 256; b++) table[(256 * c) + b] = ((b * (1 / 255f)) - Mean[c]) * scale;
        }

        return table;
    }

    private static float Deviation(long sum, long squareSum, long pixels)
    {
        // Differences of large products: 128 bits keep them exact.
        Int128 squares = ((Int128)pixels * squareSum) - ((Int128)sum * sum);
        return squares == 0 ? 1 : (float)(Math.Sqrt((double)squares) / (255.0 * pixels));
    }

    private static long[] Add(ReadOnlySpan<byte> pixels, long[] sums)
    {
        int channels = sums.Length / 2;
        for (int c = 0; c < channels; c++)
        {
            (long first, long second) = (0, 0);
            for (int i = c; i < pixels.Length; i += channels)
            {
                int value = pixels[i];
                first += value;
                second += value * value;
            }

            sums[2 * c] += first;
            sums[(2 * c) + 1] += second;
        }

        return sums;
    }
}
