using SswpNas.MLNet.Checkpoints;

namespace SswpNas.MLNet.Tests.Checkpoints;

/// <summary>Ends a run, as the death of its process would, right after so many checkpoints.</summary>
internal sealed class DyingDisk(int checkpoints) : CheckpointDisk
{
    private int _written;

    public override void Rename(string folder, string to)
    {
        base.Rename(folder, to);
        if (to.EndsWith(".tmp", StringComparison.Ordinal)) return; // one that is removed
        if (++_written == checkpoints) throw new DiedException();
    }

    /// <summary>Nobody catches it.</summary>
    internal sealed class DiedException : Exception;

    /// <summary>Runs something that dies again and again, each time a little later, until it lives to its end.</summary>
    /// <param name="options">Where the checkpoints are.</param>
    /// <param name="lives">Checkpoints of the lives, over and over.</param>
    /// <param name="run">The run.</param>
    /// <returns>What it came to, and how often it died.</returns>
    public static (T Result, int Deaths) Outlive<T>(CheckpointOptions options, int[] lives, Func<CheckpointOptions, T> run)
    {
        for (int deaths = 0; ; deaths++)
        {
            try
            {
                return (run(options with { Disk = new DyingDisk(lives[deaths % lives.Length]) }), deaths);
            }
            catch (DiedException)
            {
                Assert.IsLessThan(1000, deaths);
            }
        }
    }
}
