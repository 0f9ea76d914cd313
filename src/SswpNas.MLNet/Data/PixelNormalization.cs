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
        Sums total = new(channels);
        Parallel.For(
            0,
            chosen.Length,
            () => new Sums(channels),
            (i, _, sums) => sums.Add(store[chosen[i]]),
            sums =>
            {
                lock (total) total.Add(sums);
            });
        long pixels = (long)chosen.Length * store.Shape.Height * store.Shape.Width;
        return new([.. total.Values.Select(s => Mean(s, pixels))], [.. total.Values.Select(s => Deviation(s, pixels))]);

        static float Mean((long First, long Second) sum, long pixels) => (float)(sum.First / (255.0 * pixels));
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

    private static float Deviation((long First, long Second) sum, long pixels)
    {
        // Differences of large products: 128 bits keep them exact.
        Int128 squares = ((Int128)pixels * sum.Second) - ((Int128)sum.First * sum.First);
        return squares == 0 ? 1 : (float)(Math.Sqrt((double)squares) / (255.0 * pixels));
    }

    /// <summary>Sum of the bytes and of their squares, for each channel.</summary>
    private sealed class Sums(int channels)
    {
        public (long First, long Second)[] Values { get; } = new (long, long)[channels];

        public Sums Add(ReadOnlySpan<byte> pixels)
        {
            for (int c = 0; c < Values.Length; c++)
            {
                long first = 0;
                long second = 0;
                for (int i = c; i < pixels.Length; i += Values.Length)
                {
                    int value = pixels[i];
                    first += value;
                    second += value * value;
                }

                Values[c] = (Values[c].First + first, Values[c].Second + second);
            }

            return this;
        }

        public void Add(Sums other)
        {
            for (int c = 0; c < Values.Length; c++)
            {
                (long first, long second) = other.Values[c];
                Values[c] = (Values[c].First + first, Values[c].Second + second);
            }
        }
    }
}
