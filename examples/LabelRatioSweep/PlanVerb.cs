using Microsoft.ML;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

namespace RatioSweep;

/// <summary>Lists the cells with their state, and with what each will take by a short trial.</summary>
internal static class PlanVerb
{
    public static int Run(Request request, CancellationToken cancel)
    {
        OutputFolder folder = new(request.Output);
        Settings settings = Settings.Of(request, folder);
        SweepOptions options = OpenedSweep.Options(settings, request);
        if (request.Count)
        {
            Console.WriteLine(options.Cells().Count);
            return ConsoleRun.Done;
        }

        OpenedSweep? opened = folder.IsSearched ? OpenedSweep.Open(request, cancel) : null;
        MLContext ml = opened?.Ml ?? OpenedSweep.Context();
        SweepImages images = opened?.Images ?? SweepImages.Load(ml, settings);
        ml.SswpNas().CheckSweepLabels(images.Labelled, options);
        Console.WriteLine($"Images: {images.Description}");
        CellCost cost = CellCost.Measure(ml, images, Scale.Of(settings.Scale), opened?.Search, options.FineTune, cancel);
        SweepRecord?[] records = [.. options.Cells().Select(c => opened?.Sweep.Record(c.Number))];
        PlannedCell[] cells = [.. options.Cells().Select((c, i) => PlannedCell.Of(ml, images, c, records[i], cost))];
        Show(cells, Correction(cells), opened is not null, request.Threads ?? Environment.ProcessorCount);
        return ConsoleRun.Done;
    }

    /// <summary>By how much the cells that are done took longer than the trial says; 1 where none is.</summary>
    private static double Correction(PlannedCell[] cells)
    {
        double[] quotients = [.. cells.Where(c => c.Seconds is not null).Select(c => c.Seconds!.Value / c.Trial).Order()];
        return quotients.Length == 0 ? 1 : quotients[quotients.Length / 2];
    }

    private static void Show(PlannedCell[] cells, double correction, bool isSearched, int threads)
    {
        Console.WriteLine("cell  initialization    labels  seed  state   seconds     MiB");
        foreach (PlannedCell c in cells)
        {
            double seconds = c.Seconds ?? (c.Trial * correction);
            Console.WriteLine(FormattableString.Invariant(
                $"{c.Cell.Number,4}  {c.Cell.Initialization,-16}  {c.Labels,6}  {c.Cell.Seed,4}  {c.State,-6}  {seconds,7:F0}  {c.MiB,6:F0}"));
        }

        double left = cells.Where(c => c.Seconds is null).Sum(c => c.Trial * correction);
        string counted = cells.Any(c => c.Seconds is not null) ? " and by the cells that are done" : "";
        string network = isSearched ? "" : ", with a network of the literature of the same size in place of the one to be found";
        Console.WriteLine(
            $"{cells.Length} cells; those that are left take {Clock.Of(TimeSpan.FromSeconds(left))} one after the other. "
            + $"Estimated by a trial on this machine with {threads} threads{counted}{network}; seconds of ended cells are measured.");
    }
}

/// <summary>A line of the plan.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Labels">Labels that are kept.</param>
/// <param name="State">left, done or failed.</param>
/// <param name="Seconds">What it took; null where it has not ended.</param>
/// <param name="Trial">What it takes by the trial, in seconds.</param>
/// <param name="MiB">The memory of a process that runs it.</param>
internal sealed record PlannedCell(SweepCell Cell, int Labels, string State, double? Seconds, double Trial, double MiB)
{
    public static PlannedCell Of(MLContext ml, SweepImages images, SweepCell cell, SweepRecord? record, CellCost cost)
    {
        int labels = CellCost.Labels(ml.SswpNas().MaskLabels(images.Labelled, "Label", cell.Ratio!.Value, cell.Seed));
        string state = record is null ? "left" : record.Status == nameof(SweepStatus.Done) ? "done" : "failed";
        return new PlannedCell(cell, labels, state, record?.Seconds, cost.Seconds(labels), cost.MiB);
    }
}
