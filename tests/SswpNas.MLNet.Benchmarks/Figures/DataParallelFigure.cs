using System.ComponentModel;
using SswpNas.MLNet.Benchmarks.Measuring;
using SswpNas.MLNet.Benchmarks.Product;
using SswpNas.MLNet.Collectives;
using SswpNas.MLNet.Data;

namespace SswpNas.MLNet.Benchmarks.Figures;

/// <summary>
/// A search's mix of steps by one process on all threads against as many processes of one thread each, which mpirun starts; by
/// turns, each in processes of its own.
/// </summary>
internal sealed class DataParallelFigure : IFigure
{
    // The first mix of a process does not count.
    private const int Mixes = 3;

    // Of the networks that are simulated: ranks, bandwidth, seconds that a message takes beside its bytes.
    private const double Latency = 20e-6;

    private static readonly int[] _simulated = [4, 8, 64], _gigabits = [10, 100];

    public string Description => "several processes of one thread against one process of as many threads; needs mpirun";

    public void Measure(MeasureContext context)
    {
        try
        {
            foreach (NetworkSize size in context.Sizes(NetworkSize.Medium)) Measure(context, size);
        }
        catch (Win32Exception missing)
        {
            context.Report.Say($"# data_parallel is left out: mpirun cannot be started ({missing.Message})");
        }
    }

    /// <summary>In the child, which may be one of several: seconds of a mix, and what this rank sends in it.</summary>
    public static void MeasureHere(MeasureContext context)
    {
        NetworkSize size = context.Size ?? NetworkSize.Medium;
        PixelStore store = BenchmarkImages.Store(ProductSearch.ImagesOfMix(size));
        using Ranks started = Ranks.FromLauncher();
        MessageKinds messages = new(started.Communicator);
        Ranks ranks = new(messages);
        List<double> seconds = [];
        using (ProductSearch search = new(context, size, store, Mixes, ranks))
        {
            search.Run(mix =>
            {
                seconds.Add(mix.Seconds);
                if (seconds.Count == 1) messages.Reset();
            });
        }

        if (ranks.IsFirst) ChildProcess.Say([seconds[1..].Average(), .. messages.Traffic.Numbers.Select(n => n / (Mixes - 1))]);
    }

    private static void Measure(MeasureContext context, NetworkSize size)
    {
        List<double> alone = [], together = [];
        Traffic traffic = default;
        for (int round = 0; round < context.Rounds; round++)
        {
            alone.Add(ChildProcess.Run(Arguments(size, context.Threads))[0]);
            double[] numbers = ChildProcess.RunRanks(context.Threads, Arguments(size, threads: 1));
            together.Add(numbers[0]);
            traffic = Traffic.Of(numbers.AsSpan(1));
        }

        string name = $"data_parallel.{size}";
        context.Report.Add($"{name}.efficiency", "x", Quartiles.OfRatios([.. alone], [.. together]));
        context.Report.Add($"{name}.one_process", "s", alone);
        context.Report.Add($"{name}.processes", "s", together);
        context.Report.Add($"{name}.gathered", "MB", traffic.Gathered / 1e6);
        context.Report.Add($"{name}.handed_on", "MB", traffic.HandedOnBytes / 1e6);
        context.Report.Add($"{name}.broadcast", "MB", traffic.BroadcastBytes / 1e6);
        context.Report.Add($"{name}.messages", "", traffic.Gathers + traffic.HandedOn + traffic.Broadcasts);
        Simulate(context.Report, name, size, Quartiles.Of(alone).Median, traffic);
    }

    /// <summary>Machines like this one on a network, each a rank: what part of their time computes.</summary>
    private static void Simulate(Report report, string name, NetworkSize size, double seconds, Traffic traffic)
    {
        foreach (int batch in (int[])[size.Batch, SearchOptions.Paper.BatchSize])
        {
            // Time to compute goes with the images; messages do not, from as many rows on as there are parts.
            double alone = seconds * batch / size.Batch;
            foreach (int ranks in _simulated)
            {
                double share = Math.Max(1.0 / ranks, 1.0 / BatchParts.Count(2 * batch)) * alone;
                foreach (int gigabits in _gigabits)
                {
                    double took = share + traffic.Seconds(ranks, Latency, gigabits * 1e9 / 8);
                    report.Add($"{name}.simulated.batch{batch}.{ranks}x{gigabits}Gbit", "x", alone / ranks / took);
                }
            }
        }
    }

    private static string[] Arguments(NetworkSize size, int threads) =>
        [BenchmarkCommand.RanksChild, "--size", $"{size}", "--threads", $"{threads}"];
}
