using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML;
using SswpNas.MLNet.Tests.Estimators;

namespace SswpNas.MLNet.CrashHost;

/// <summary>A search by several processes, with a checkpoint after every epoch, that others kill or stop.</summary>
internal static class RankedRun
{
    /// <returns>A hash of weights and alphas.</returns>
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
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (float[] edge in found.Result.AlphaHistory.SelectMany(epoch => epoch).SelectMany(cell => cell))
            hash.AppendData(MemoryMarshal.AsBytes(edge.AsSpan()));
        foreach (var weight in found.Result.Weights.OrderBy(w => w.Key, StringComparer.Ordinal))
            hash.AppendData(MemoryMarshal.AsBytes(weight.Value.Values.AsSpan()));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
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
