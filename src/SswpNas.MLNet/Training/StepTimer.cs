using System.Diagnostics;

namespace SswpNas.MLNet.Training;

/// <summary>Elapsed time, and an estimate of what is left from the steps that are done.</summary>
internal sealed class StepTimer
{
    private readonly long _start = Stopwatch.GetTimestamp();

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    public TimeSpan Remaining(long done, long all) =>
        done <= 0 ? TimeSpan.Zero : Elapsed * ((double)(all - done) / done);
}
