namespace SswpNas.MLNet.Training;

/// <summary>Elapsed time, and an estimate of what is left from the steps that are done.</summary>
internal sealed class StepTimer
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _before; // steps that were done when this process took the run up
    private TimeSpan _begun;

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    /// <summary>The run goes on from here: steps before say nothing about the time that others take.</summary>
    public void Begin(long done) => (_before, _begun) = (done, Elapsed);

    public TimeSpan Remaining(long done, long all) =>
        done <= _before ? TimeSpan.Zero : (Elapsed - _begun) * ((double)(all - done) / (done - _before));
}
