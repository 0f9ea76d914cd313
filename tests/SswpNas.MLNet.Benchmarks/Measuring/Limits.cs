using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using SswpNas.MLNet.Training.Engines.Kernels;

namespace SswpNas.MLNet.Benchmarks.Measuring;

/// <summary>What the machine can do at most: multiply-adds in registers, and bytes to and from memory.</summary>
internal static class Limits
{
    private const int FmaRounds = 20_000_000;
    private const int Chains = 12;
    private const int TriadFloats = 1 << 24;
    private const int Repeats = 5;

    private const int Lanes = 16; // in one vector, or in several narrower ones after another

    /// <summary>Floating point operations a second, a multiply-add being two, on so many threads.</summary>
    public static double[] Flops(int threads)
    {
        OnThreads(threads, _ => MultiplyAdd(FmaRounds / 20));
        double operations = 2.0 * Chains * Lanes * FmaRounds * threads;
        return Repeat(() => operations / OnThreads(threads, _ => MultiplyAdd(FmaRounds)));
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

    private static unsafe void MultiplyAdd(int rounds)
    {
        float* sums = stackalloc float[Lanes];
        ChannelLoop.Run(Lanes, new FmaChains(rounds, sums));
    }

    /// <summary>As many sums side by side as a multiply-add takes cycles in two pipelines, and some more.</summary>
    private readonly unsafe struct FmaChains(int rounds, float* sums) : IChannelKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<S, V>(int lane)
            where S : ISimd<V>
            where V : struct
        {
            V x = S.All(0.999f), y = S.All(0.001f);
            V a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
            for (int n = 0; n < rounds; n++)
            {
                a = S.Fma(a, x, y);
                b = S.Fma(b, x, y);
                c = S.Fma(c, x, y);
                d = S.Fma(d, x, y);
                e = S.Fma(e, x, y);
                f = S.Fma(f, x, y);
                g = S.Fma(g, x, y);
                h = S.Fma(h, x, y);
                i = S.Fma(i, x, y);
                j = S.Fma(j, x, y);
                k = S.Fma(k, x, y);
                l = S.Fma(l, x, y);
            }

            V first = S.Add(S.Add(S.Add(a, b), S.Add(c, d)), S.Add(e, f));
            S.Store(sums + lane, S.Add(first, S.Add(S.Add(S.Add(g, h), S.Add(i, j)), S.Add(k, l))));
        }
    }
}
