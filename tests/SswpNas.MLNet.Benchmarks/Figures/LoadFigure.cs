using Microsoft.ML;
using SswpNas.MLNet.Benchmarks.Measuring;
using SswpNas.MLNet.Data;

namespace SswpNas.MLNet.Benchmarks.Figures;

/// <summary>Image files decoded into the store of pixels, images a second, on one core and on all.</summary>
internal sealed class LoadFigure : IFigure
{
    public string Description => "image files decoded into the store of pixels";

    public void Measure(MeasureContext context)
    {
        string[] again = [BenchmarkCommand.LoadChild, "--rounds", $"{context.Rounds}"];
        context.Report.Add("load.one_core", "images/s", ChildProcess.Run(again, oneCore: true));
        context.Report.Add("load.all_cores", "images/s", ChildProcess.Run(again));
    }

    /// <summary>In the child: images a second in each round.</summary>
    public static void MeasureHere(int rounds)
    {
        MLContext ml = new(seed: 1);
        IDataView view = BenchmarkImages.View(ml, "train", null);
        int images = PixelReader.Read(view, "Pixels").Count;
        double[] seconds = Stopwatches.Repeat(rounds, () => PixelReader.Read(view, "Pixels"));
        ChildProcess.Say([.. seconds.Select(s => images / s)]);
    }
}
