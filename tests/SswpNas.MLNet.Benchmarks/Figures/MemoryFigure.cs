using SswpNas.MLNet.Benchmarks.Measuring;
using SswpNas.MLNet.Benchmarks.Port;
using SswpNas.MLNet.Benchmarks.Product;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Examples;

namespace SswpNas.MLNet.Benchmarks.Figures;

/// <summary>The largest resident set of a process that makes a search's steps, for product and port.</summary>
internal sealed class MemoryFigure : IFigure
{
    private const int Mixes = 2;

    public string Description => "peak memory of a search's steps against the plain port";

    public void Measure(MeasureContext context)
    {
        foreach (NetworkSize size in context.Sizes(NetworkSize.Paper))
        {
            double product = Child(context, BenchmarkCommand.ProductMemoryChild, size, out double before);
            double port = Child(context, BenchmarkCommand.PortMemoryChild, size, out _);
            context.Report.Add($"memory.{size}.before_network", "MiB", before);
            context.Report.Add($"memory.{size}.product", "MiB", product);
            context.Report.Add($"memory.{size}.port", "MiB", port);
            context.Report.Add($"memory.{size}.part_of_port", "%", 100 * product / port);
        }
    }

    /// <summary>In the child: the peak before there is a network, and after two mixes of steps.</summary>
    public static void MeasureHere(MeasureContext context, bool isPort)
    {
        NetworkSize size = context.Size ?? NetworkSize.Paper;
        PixelStore store = BenchmarkImages.Store(ProductSearch.ImagesOfMix(size));
        double before = Machine.PeakMemoryMiB();
        if (isPort)
        {
            using PortMixes mixes = new(context, size, store);
            for (int i = 0; i < Mixes; i++) mixes.Mix();
        }
        else
        {
            using ProductSearch search = new(context, size, store, Mixes);
            search.Run(_ => { });
        }

        ChildProcess.Say(before, Machine.PeakMemoryMiB());
    }

    private static double Child(MeasureContext context, string figure, NetworkSize size, out double before)
    {
        double[] numbers = ChildProcess.Run(
        [
            figure, "--size", $"{size}", "--threads", $"{context.Threads}", "--device", context.Device,
        ]);
        before = numbers[0];
        return numbers[1];
    }
}
