using SswpNas.MLNet.Benchmarks.Measuring;
using SswpNas.MLNet.Benchmarks.Port;
using SswpNas.MLNet.Benchmarks.Product;
using SswpNas.MLNet.Data;

namespace SswpNas.MLNet.Benchmarks.Figures;

/// <summary>
/// An epoch's mix of the search, five weight steps to one architecture step with views and reading, product and plain
/// port by turns in one process.
/// </summary>
internal sealed class SearchStepFigure : IFigure
{
    public string Description => "a search's mix of steps against the plain port";

    public void Measure(MeasureContext context)
    {
        foreach (NetworkSize size in context.Sizes(NetworkSize.Small, NetworkSize.Medium, NetworkSize.Paper))
            Measure(context, size);
    }

    private static void Measure(MeasureContext context, NetworkSize size)
    {
        PixelStore store = BenchmarkImages.Store(ProductSearch.ImagesOfMix(size));
        List<MixTimes> product = [], port = [];
        List<double> activeOnly = [];
        using ProductSearch search = new(context, size, store, 1 + context.Rounds);
        using PortMixes mixes = new(context, size, store);
        search.Run(mix =>
        {
            product.Add(mix);
            port.Add(mixes.Mix());
            activeOnly.Add(mixes.ActiveOnly());
        });
        string name = $"search_step.{size}";
        SayMixes(context.Report, name, product[1..], port[1..]);
        // A device is not waited for within an epoch: parts of it would be the times of queueing.
        if (context.Device == "cpu") SayParts(context.Report, name, product[1..], port[1..], activeOnly[1..]);
    }

    private static void SayMixes(Report report, string name, List<MixTimes> product, List<MixTimes> port)
    {
        double[] seconds = [.. product.Select(m => m.Seconds)];
        double[] portSeconds = [.. port.Select(m => m.Seconds)];
        report.Add($"{name}.speedup", "x", Quartiles.OfRatios(portSeconds, seconds));
        report.Add($"{name}.product", "s", seconds);
        report.Add($"{name}.port", "s", portSeconds);
    }

    private static void SayParts(
        Report report, string name, List<MixTimes> product, List<MixTimes> port, List<double> activeOnly)
    {
        double[] seconds = [.. product.Select(m => m.Seconds)];
        double[] weightStep = [.. product.Select(m => m.WeightStep)];
        double[] portWeightStep = [.. port.Select(m => m.WeightStep)];
        // The port with the product's views: what its own ones take does not count.
        double[] sameViews = [.. port.Zip(product, (a, b) => a.Seconds - a.Views + b.Views)];

        report.Add($"{name}.speedup_same_views", "x", Quartiles.OfRatios(sameViews, seconds));
        report.Add($"{name}.weight_step.speedup", "x", Quartiles.OfRatios(portWeightStep, weightStep));
        report.Add($"{name}.weight_step.product", "s", weightStep);
        report.Add($"{name}.weight_step.port", "s", portWeightStep);
        report.Add($"{name}.weight_step.port_active_only", "s", activeOnly);
        report.Add($"{name}.views.product", "s", product.Select(m => m.Views));
        report.Add($"{name}.views.port", "s", port.Select(m => m.Views));
    }
}
