using SswpNas.MLNet.Storage;

namespace SswpNas.MLNet.Tests.Checkpoints;

/// <summary>Ends a run, as the death of its process would, right after so many checkpoints.</summary>
internal sealed class DyingDisk(int checkpoints) : DiskTap
{
    private int _written;

    public override void Before(DiskStep step, string path)
    {
    }

    public override void After(DiskStep step, string path)
    {
        string name = Path.GetFileName(path);
        if (step != DiskStep.Move || !name.StartsWith("checkpoint-", StringComparison.Ordinal)) return;
        if (name.EndsWith(".tmp", StringComparison.Ordinal)) return; // one that is removed
        if (++_written == checkpoints) throw new DiedException();
    }

    /// <summary>Nobody catches it.</summary>
    internal sealed class DiedException : Exception;

    /// <summary>Runs something that dies again and again, each time a little later, until it lives to its end.</summary>
    /// <param name="lives">Checkpoints of the lives, over and over.</param>
    /// <param name="run">The run.</param>
    /// <returns>What it came to, and how often it died.</returns>
    public static (T Result, int Deaths) Outlive<T>(int[] lives, Func<T> run)
    {
        for (int deaths = 0; ; deaths++)
        {
            Disk.Tap = new DyingDisk(lives[deaths % lives.Length]);
            try
            {
                return (run(), deaths);
            }
            catch (DiedException)
            {
                Assert.IsLessThan(1000, deaths);
            }
            finally
            {
                Disk.Tap = null;
            }
        }
    }
}
