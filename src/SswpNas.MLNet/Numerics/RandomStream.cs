using System.Numerics;

namespace SswpNas.MLNet.Numerics;

/// <summary>What a random stream is for: streams of different purposes are independent of one another.</summary>
internal enum RandomPurpose : ulong
{
    Weights = 1,
    Shuffle = 2,
    Paths = 3,
    Views = 4,
    LabelSubset = 5,
    Validation = 6,
    PathDrop = 7,
    Augmentation = 8,
    DataSplit = 9,
    ArchitectureShuffle = 10,
    ArchitecturePaths = 11,
    ArchitectureViews = 12,
    Statistics = 13,
    UnlabelledShuffle = 14,
    WeakViews = 15,
    StrongViews = 16,
    Genotypes = 17,
    ReadingShares = 18,
    Suggestions = 19,
}

/// <summary>
/// A small generator (xoshiro256**, seeded through SplitMix64) that is made from (seed, purpose, two counters) wherever
/// randomness is needed. Nothing of it outlives a step: the counters alone say what comes next, so a run can be resumed and
/// gives the same numbers on any number of threads.
/// </summary>
internal struct RandomStream
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    public RandomStream(int seed, RandomPurpose purpose, long first = 0, long second = 0)
    {
        ulong state = Mix(Mix(Mix((ulong)(uint)seed ^ ((ulong)purpose << 32)) + (ulong)first) + (ulong)second);
        _s0 = Next(ref state);
        _s1 = Next(ref state);
        _s2 = Next(ref state);
        _s3 = Next(ref state);
    }

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [low, high).</summary>
    public double NextDouble(double low, double high) => low + ((high - low) * NextDouble());

    /// <summary>True with the given probability.</summary>
    public bool NextBool(double probability) => NextDouble() < probability;

    /// <summary>Uniform in 0..count - 1.</summary>
    public int NextInt(int count) => (int)Math.BigMul(NextBits(), (ulong)count, out _);

    /// <summary>An index drawn with the given weights, which need not sum to one.</summary>
    public int NextIndex(ReadOnlySpan<double> weights)
    {
        double sum = 0;
        foreach (double w in weights) sum += w;
        double left = NextDouble() * sum;
        int last = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (weights[i] <= 0) continue;
            last = i;
            left -= weights[i];
            if (left < 0) return i;
        }

        return last;
    }

    /// <summary>Fisher-Yates.</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = NextInt(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    private static ulong Next(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        return Finish(state);
    }

    private static ulong Mix(ulong value) => Finish(value + 0x9E3779B97F4A7C15);

    private static ulong Finish(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
