using SswpNas.MLNet.Benchmarks.Measuring;
using SswpNas.MLNet.Benchmarks.Product;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet.Benchmarks.Figures;

/// <summary>
/// Where the product's time goes: a mix of steps by its parts as they are measured, and a weight step's network by
/// kinds of operations, each measured alone and counted as often as it is sampled.
/// </summary>
internal sealed class BreakdownFigure : IFigure
{
    public string Description => "where a search step's time goes, and how far from the machine's limits it is";

    public void Measure(MeasureContext context)
    {
        if (context.Device != "cpu")
        {
            context.Report.Say("# breakdown: nothing waits for a device within a step; measured with --device cpu only");
            return;
        }

        foreach (NetworkSize size in context.Sizes(NetworkSize.Small, NetworkSize.Medium))
        {
            double network = Parts(context, $"breakdown.{size}", size);
            Kinds(context, $"breakdown.{size}", size, network);
        }
    }

    /// <returns>Seconds of a weight step's network and head.</returns>
    private static double Parts(MeasureContext context, string name, NetworkSize size)
    {
        PixelStore store = BenchmarkImages.Store(ProductSearch.ImagesOfMix(size));
        List<MixTimes> mixes = [];
        using ProductSearch search = new(context, size, store, 1 + context.Rounds);
        search.Run(mixes.Add);
        mixes.RemoveAt(0);
        Part("views", m => m.Views);
        Part("network_of_weight_steps", m => m.WeightNetwork);
        Part("network_of_architecture_steps", m => m.ArchitectureNetwork);
        Part("optimisers_and_paths", m => m.Seconds - m.Views - m.WeightNetwork - m.ArchitectureNetwork);
        return Quartiles.Of(mixes.Select(m => m.WeightNetwork / ProductSearch.Interval)).Median;

        void Part(string part, Func<MixTimes, double> seconds) =>
            context.Report.Add($"{name}.mix.{part}", "%", mixes.Select(m => 100 * seconds(m) / m.Seconds));
    }

    private static void Kinds(MeasureContext context, string name, NetworkSize size, double network)
    {
        ImageShape image = new(3, BenchmarkImages.Side, BenchmarkImages.Side);
        MacroStructure macro = new(StemKind.Cifar, size.Channels, size.Cells, image);
        RandomStream random = new(1, RandomPurpose.Weights);
        using Supernet supernet = new(macro, ref random);
        using StageClock clock = new(context.Threads, context.Rounds);
        StageWork work = default;
        double known = 0;
        foreach (IGrouping<string, StageUse> kind in StageUse.All(supernet, 2 * size.Batch).GroupBy(u => u.Kind))
        {
            double seconds = 0;
            foreach (IGrouping<(int, int, int, int), StageUse> same in kind.GroupBy(u => u.Shape))
            {
                StageUse one = same.First();
                double count = same.Sum(u => u.Count);
                seconds += count * clock.Seconds(one.Stages, one.Images, one.Side, one.Channels, one.IsStem);
                work += count * StageWork.Of(one.Stages, one.Images, one.Side, one.Channels);
            }

            known += seconds;
            context.Report.Add($"{name}.weight_step.{kind.Key}", "ms", 1e3 * seconds);
        }

        context.Report.Add($"{name}.weight_step.sum_of_kinds", "ms", 1e3 * known);
        context.Report.Add($"{name}.weight_step.network", "ms", 1e3 * network);
        context.Report.Add($"{name}.weight_step.arithmetic", "GFLOP", work.Flops / 1e9);
        context.Report.Add($"{name}.weight_step.traffic", "GB", work.Bytes / 1e9);
        context.Report.Add($"{name}.weight_step.flops", "GFLOP/s", work.Flops / network / 1e9);
    }
}
