using System.Diagnostics;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SswpNas.MLNet.Benchmarks.Measuring;

/// <summary>What the machine can do at most: multiply-adds in registers, and bytes to and from memory.</summary>
internal static class Limits
{
    private const int FmaRounds = 20_000_000;
    private const int Chains = 12;
    private const int TriadFloats = 1 << 24;
    private const int Repeats = 5;

    private static float _sink;

    /// <summary>Floating point operations a second, a multiply-add being two, on so many threads.</summary>
    public static double[] Flops(int threads)
    {
        OnThreads(threads, _ => _sink += Fma(FmaRounds / 20));
        double operations = 2.0 * Chains * Lanes * FmaRounds * threads;
        return Repeat(() => operations / OnThreads(threads, _ => _sink += Fma(FmaRounds)));
    }

    /// <summary>Bytes a second of a = b + s c over arrays larger than the caches: two read, one written.</summary>
    public static double[] Bytes(int threads)
    {
        float[] a = new float[TriadFloats], b = new float[TriadFloats], c = new float[TriadFloats];
        b.AsSpan().Fill(1);
        c.AsSpan().Fill(2);
        Triad();
        return Repeat(() => 3.0 * sizeof(float) * TriadFloats / Triad());

        double Triad() => OnThreads(threads, t =>
        {
            int start = (int)((long)TriadFloats * t / threads);
            int length = (int)((long)TriadFloats * (t + 1) / threads) - start;
            TensorPrimitives.MultiplyAdd<float>(
                c.AsSpan(start, length), 3, b.AsSpan(start, length), a.AsSpan(start, length));
        });
    }

    public static void Report(Report report, int threads)
    {
        report.Add("machine.flops", "GFLOP/s", Flops(threads).Select(f => f / 1e9));
        report.Add("machine.bytes", "GB/s", Bytes(threads).Select(b => b / 1e9));
    }

    private static int Lanes => Vector512.IsHardwareAccelerated ? Vector512<float>.Count : Vector<float>.Count;

    private static double[] Repeat(Func<double> measure) => [.. Enumerable.Range(0, Repeats).Select(_ => measure())];

    private static double OnThreads(int threads, Action<int> work)
    {
        using Barrier start = new(threads + 1);
        Thread[] all = [.. Enumerable.Range(0, threads).Select(t => new Thread(() =>
        {
            start.SignalAndWait();
            work(t);
        }))];
        foreach (Thread thread in all) thread.Start();
        start.SignalAndWait();
        long begun = Stopwatch.GetTimestamp();
        foreach (Thread thread in all) thread.Join();
        return Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private static float Fma(int rounds) => Vector512.IsHardwareAccelerated ? Fma512(rounds) : FmaVector(rounds);

    // As many sums side by side as a multiply-add takes cycles in two pipelines, and some more.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Fma512(int rounds)
    {
        Vector512<float> x = Vector512.Create(0.999f), y = Vector512.Create(0.001f);
        Vector512<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (int n = 0; n < rounds; n++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, y);
            b = Vector512.FusedMultiplyAdd(b, x, y);
            c = Vector512.FusedMultiplyAdd(c, x, y);
            d = Vector512.FusedMultiplyAdd(d, x, y);
            e = Vector512.FusedMultiplyAdd(e, x, y);
            f = Vector512.FusedMultiplyAdd(f, x, y);
            g = Vector512.FusedMultiplyAdd(g, x, y);
            h = Vector512.FusedMultiplyAdd(h, x, y);
            i = Vector512.FusedMultiplyAdd(i, x, y);
            j = Vector512.FusedMultiplyAdd(j, x, y);
            k = Vector512.FusedMultiplyAdd(k, x, y);
            l = Vector512.FusedMultiplyAdd(l, x, y);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float FmaVector(int rounds)
    {
        Vector<float> x = new(0.999f), y = new(0.001f);
        Vector<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (int n = 0; n < rounds; n++)
        {
            a = Vector.FusedMultiplyAdd(a, x, y);
            b = Vector.FusedMultiplyAdd(b, x, y);
            c = Vector.FusedMultiplyAdd(c, x, y);
            d = Vector.FusedMultiplyAdd(d, x, y);
            e = Vector.FusedMultiplyAdd(e, x, y);
            f = Vector.FusedMultiplyAdd(f, x, y);
            g = Vector.FusedMultiplyAdd(g, x, y);
            h = Vector.FusedMultiplyAdd(h, x, y);
            i = Vector.FusedMultiplyAdd(i, x, y);
            j = Vector.FusedMultiplyAdd(j, x, y);
            k = Vector.FusedMultiplyAdd(k, x, y);
            l = Vector.FusedMultiplyAdd(l, x, y);
        }

        return Vector.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
