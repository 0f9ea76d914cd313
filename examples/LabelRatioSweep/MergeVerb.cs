using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

namespace RatioSweep;

/// <summary>From cells to tables and a picture.</summary>
internal static class MergeVerb
{
    private const int MostNamed = 20;

    public static int Run(Request request, CancellationToken cancel)
    {
        LabelRatioSweep sweep = OpenedSweep.Open(request, cancel).Sweep;
        int[] left = RunVerb.Left(sweep);
        if (left.Length > 0 && !request.Partial)
        {
            Console.Error.WriteLine(
                $"Failed: {left.Length} of {sweep.Cells.Count} cells are missing: {string.Join(", ", left.Take(MostNamed))}"
                + $"{(left.Length > MostNamed ? ", ..." : "")}. 'run' runs them; --partial merges what there is.");
            return ConsoleRun.Failed;
        }

        SweepResult result = sweep.Merge(request.Partial);
        string folder = new OutputFolder(request.Output).Root;
        result.Save(folder);
        Console.WriteLine(File.ReadAllText(Path.Combine(folder, "sweep.md")));
        Console.WriteLine($"Written: sweep.csv, sweep.json, sweep.md and sweep.svg in {folder}");
        return ConsoleRun.Done;
    }
}
