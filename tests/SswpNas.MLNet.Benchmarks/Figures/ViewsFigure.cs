using SswpNas.MLNet.Benchmarks.Measuring;
using SswpNas.MLNet.Benchmarks.Product;
using SswpNas.MLNet.Data;

namespace SswpNas.MLNet.Benchmarks.Figures;

/// <summary>What the two views of a batch cost, as a part of the product's step.</summary>
internal sealed class ViewsFigure : IFigure
{
    public string Description => "two views of a batch, as a part of a search's step";

    public void Measure(MeasureContext context)
    {
        if (context.Device != "cpu")
        {
            context.Report.Say("# views: a device computes them along with the steps; measured with --device cpu only");
            return;
        }

        foreach (NetworkSize size in context.Sizes(NetworkSize.Small, NetworkSize.Medium))
        {
            PixelStore store = BenchmarkImages.Store(ProductSearch.ImagesOfMix(size));
            List<MixTimes> mixes = [];
            using ProductSearch search = new(context, size, store, 1 + context.Rounds);
            search.Run(mixes.Add);
            mixes.RemoveAt(0);
            int steps = ProductSearch.Interval + 1;
            context.Report.Add($"views.{size}.batch", "s", mixes.Select(m => m.Views / steps));
            context.Report.Add($"views.{size}.part_of_step", "%", mixes.Select(m => 100 * m.Views / m.Seconds));
        }
    }
}
