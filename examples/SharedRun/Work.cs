using System.Diagnostics;

namespace SswpNas.MLNet.Examples;

/// <summary>The long parts of a run.</summary>
internal static class Work
{
    /// <summary>Does it, and says how long it took.</summary>
    public static T Timed<T>(Func<T> work, out double seconds)
    {
        long start = Stopwatch.GetTimestamp();
        T result = work();
        seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return result;
    }
}
