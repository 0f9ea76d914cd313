using System.Diagnostics;

namespace SswpNas.MLNet.Benchmarks.Measuring;

/// <summary>Seconds of a piece of work.</summary>
internal static class Stopwatches
{
    public static double Seconds(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>So many measurements after one that does not count.</summary>
    public static double[] Repeat(int rounds, Action work)
    {
        work();
        return [.. Enumerable.Range(0, rounds).Select(_ => Seconds(work))];
    }

    /// <summary>Two pieces of work by turns, after one turn of both that does not count.</summary>
    public static (double[] First, double[] Second) Interleaved(int rounds, Action first, Action second)
    {
        first();
        second();
        double[] a = new double[rounds], b = new double[rounds];
        for (int i = 0; i < rounds; i++)
        {
            a[i] = Seconds(first);
            b[i] = Seconds(second);
        }

        return (a, b);
    }
}
