using System.Diagnostics;
using System.Globalization;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

namespace RatioSweep;

/// <summary>Runs cells until they have ended, be it here or in another process.</summary>
internal static class RunVerb
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static int Run(Request request, CancellationToken cancel)
    {
        if (request.Cell is int number) return RunCell(request, number, cancel);
        if (request.Parallel > 1) return Workers.Run(request, cancel);
        Stopwatch watch = new();
        int before = 0;
        Told<SweepProgress> progress = new(p => Console.WriteLine(Line(p, watch.Elapsed, before)));
        LabelRatioSweep sweep = OpenedSweep.Open(request, cancel, progress).Sweep;
        before = sweep.Cells.Count - Left(sweep).Length;
        watch.Start();
        bool waits = false;
        while (true)
        {
            sweep.Run();
            int[] left = Left(sweep);
            if (left.Length == 0) break;
            if (!waits) Console.WriteLine($"Waiting for other processes, which have the cells {string.Join(", ", left)}.");
            waits = true;
            Wait(cancel);
        }

        Console.WriteLine(End(sweep));
        return ConsoleRun.Done;
    }

    /// <summary>How all came out, for people.</summary>
    public static string End(LabelRatioSweep sweep)
    {
        SweepRecord[] failed =
            [.. sweep.Cells.Select(c => sweep.Record(c.Number)!).Where(r => r.Status == nameof(SweepStatus.Failed))];
        return failed.Length == 0
            ? $"All {sweep.Cells.Count} cells are done; 'merge' puts them together."
            : $"All {sweep.Cells.Count} cells have ended, {failed.Length} of them failed: "
                + $"{string.Join(", ", failed.Select(r => r.Cell))}. 'run --retry-failed' tries these again.";
    }

    /// <summary>Cells that have not ended.</summary>
    public static int[] Left(LabelRatioSweep sweep) =>
        [.. sweep.Cells.Select(c => c.Number).Where(n => sweep.Record(n) is null)];

    private static int RunCell(Request request, int number, CancellationToken cancel)
    {
        int cells = OpenedSweep.Options(Settings.Of(request, new OutputFolder(request.Output)), request).Cells().Count;
        if (number >= cells) throw new UsageException($"--cell is {number}; the sweep has cells 0 to {cells - 1}.");
        LabelRatioSweep sweep = OpenedSweep.Open(request, cancel).Sweep;
        SweepRecord? record;
        while ((record = sweep.RunCell(number)) is null) Wait(cancel);
        Console.WriteLine(Words(record));
        return ConsoleRun.Done;
    }

    private static void Wait(CancellationToken cancel)
    {
        cancel.WaitHandle.WaitOne(Pause);
        cancel.ThrowIfCancellationRequested();
    }

    private static string Line(SweepProgress p, TimeSpan elapsed, int before)
    {
        TimeSpan left = elapsed * ((double)(p.Cells - p.Done) / Math.Max(1, p.Done - before));
        return $"{Words(p.Last)} [{p.Done} of {p.Cells} cells, {Clock.Of(elapsed)} gone, {Clock.Of(left)} left]";
    }

    private static string Words(SweepRecord r) => string.Create(
        CultureInfo.InvariantCulture,
        $"Cell {r.Cell} ({r.Initialization}, {100 * r.Ratio:0.#} % of the labels, seed {r.Seed}): ")
        + (r.Status == nameof(SweepStatus.Done)
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{100 * r.AccuracyMicro:F1} %, learning rate {r.LearningRate}, {r.Seconds:F1} s")
            : $"failed: {r.Error}");
}
