using System.Globalization;
using Microsoft.ML;
using SswpNas.MLNet.Tests.Estimators;

namespace SswpNas.MLNet.CrashHost;

/// <summary>A search by several processes, with a checkpoint after every epoch, that others kill or stop.</summary>
internal static class RankedRun
{
    /// <returns>A hash of what was found.</returns>
    public static string Run(string folder, string limitSeconds, string epochs)
    {
        using Ranks ranks = Ranks.FromLauncher(TimeSpan.FromSeconds(double.Parse(limitSeconds, CultureInfo.InvariantCulture)));
        Say(""); // takes what .NET sends first to the terminal that the launcher feigns
        Say($"rank {ranks.Rank} is {Environment.ProcessId}");
        MLContext ml = new(seed: 1);
        SearchOptions options = SearchOptions.Smoke with
        {
            Epochs = int.Parse(epochs, CultureInfo.InvariantCulture),
            BatchSize = 12,
            ProjectionSize = 16,
            Seed = 1,
            Device = "cpu",
            Threads = 1,
            Ranks = ranks,
            Checkpoints = new CheckpointOptions { Folder = folder },
            Progress = new EpochLines(),
        };
        using SswpNasSearchTransformer found = ml.SswpNas().Search(options: options).Fit(new Stripes().View(ml));
        return ResultHash.Of(found.Result);
    }

    /// <summary>In one piece: the launcher mixes what its processes say.</summary>
    public static void Say(string line)
    {
        Console.Out.Write(line + "\n");
        Console.Out.Flush();
    }

    private sealed class EpochLines : IProgress<SearchProgress>
    {
        public void Report(SearchProgress value)
        {
            if (value.Step == value.Steps) Say($"epoch {value.Epoch}");
        }
    }
}
