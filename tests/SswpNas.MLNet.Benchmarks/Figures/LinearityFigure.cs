using SswpNas.MLNet.Benchmarks.Measuring;
using SswpNas.MLNet.Benchmarks.Product;

namespace SswpNas.MLNet.Benchmarks.Figures;

/// <summary>An epoch's seconds by number of images and of cells: twice as much should take twice as long.</summary>
internal sealed class LinearityFigure : IFigure
{
    // A multiple of three, so that each width has the same part of the cells.
    private const int Cells = 6;

    public string Description => "an epoch's time by images and by cells";

    public void Measure(MeasureContext context)
    {
        foreach (NetworkSize asked in context.Sizes(NetworkSize.Small))
        {
            NetworkSize size = asked with { Cells = Cells };
            NetworkSize deep = asked with { Cells = 2 * Cells };
            (double[] once, double[] twice) = Compare(context, (size, 1), (size, 2));
            Say(context.Report, $"linearity.{size}.images", once, twice);
            (once, twice) = Compare(context, (size, 1), (deep, 1));
            Say(context.Report, $"linearity.{size}.cells", once, twice);
        }
    }

    private static void Say(Report report, string name, double[] once, double[] twice)
    {
        report.Add($"{name}.once", "s", once);
        report.Add($"{name}.twice", "s", twice);
        report.Add($"{name}.cost_of_double", "x", Quartiles.OfRatios(twice, once));
    }

    /// <summary>Epochs of both by turns; the first of each does not count.</summary>
    private static (double[] First, double[] Second) Compare(
        MeasureContext context, (NetworkSize Size, int Mixes) first, (NetworkSize Size, int Mixes) second)
    {
        List<double> a = [], b = [];
        using ProductSearch one = New(context, first.Size, first.Mixes);
        using ProductSearch other = New(context, second.Size, second.Mixes);
        using SemaphoreSlim firstTurn = new(1), secondTurn = new(0);
        Task otherRun = Task.Factory.StartNew(
            () =>
            {
                secondTurn.Wait();
                other.Run(mix => Done(mix, b, firstTurn, secondTurn));
            },
            TaskCreationOptions.LongRunning);
        firstTurn.Wait();
        one.Run(mix => Done(mix, a, secondTurn, firstTurn));
        secondTurn.Release();
        otherRun.Wait();
        return ([.. a.Skip(1)], [.. b.Skip(1)]);
    }

    private static void Done(MixTimes mix, List<double> seconds, SemaphoreSlim theirs, SemaphoreSlim ours)
    {
        seconds.Add(mix.Seconds);
        theirs.Release();
        ours.Wait();
    }

    private static ProductSearch New(MeasureContext context, NetworkSize size, int mixes) =>
        new(context, size, BenchmarkImages.Store(mixes * ProductSearch.ImagesOfMix(size)), 1 + context.Rounds);
}
