namespace SswpNas.MLNet.Sweeps;

/// <summary>A sweep as a page of Markdown.</summary>
internal static class SweepTables
{
    public static string Of(SweepResult result)
    {
        WeightInitialization[] starts = [.. result.Means.Select(m => m.Initialization).Distinct()];
        StringBuilder page = new("# Accuracy against labels\n\nMean over seeds, and half the width of its 95 % interval.\n\n");
        page.Append("| labels |");
        foreach (WeightInitialization start in starts) page.Append(Text($" {start} |"));
        foreach (WeightInitialization start in starts.Where(s => s != WeightInitialization.Random))
            page.Append(Text($" {start} over Random, points |"));
        page.Append("\n|---|").Insert(page.Length, "---|", starts.Length + starts.Count(s => s != WeightInitialization.Random));
        foreach (IGrouping<(double, int), SweepMean> row in result.Means.GroupBy(SweepChart.Amount).OrderBy(g => g.Key))
        {
            page.Append(Text($"\n| {SweepChart.Name(row.First())} |"));
            foreach (WeightInitialization start in starts)
                page.Append(row.FirstOrDefault(m => m.Initialization == start) is SweepMean mean ? Cell(mean) : " |");
            foreach (WeightInitialization start in starts.Where(s => s != WeightInitialization.Random))
                page.Append(Gain(result, row.First(), start));
        }

        page.Append("\n\n").Append(Meeting(result));
        SweepRecord[] failed = [.. result.Records.Where(r => !r.IsDone)];
        if (failed.Length > 0)
            page.Append(Text($"\n{failed.Length} cells failed: {string.Join(", ", failed.Select(r => r.Cell))}; their errors are in sweep.csv.\n"));
        if (result.Missing.Count > 0)
            page.Append(Text($"\n**Not complete**: cells {string.Join(", ", result.Missing)} are missing.\n"));
        return page.ToString();
    }

    private static string Cell(SweepMean mean) =>
        Text($" {100 * mean.AccuracyMicro:F1} %{Width(100 * mean.AccuracyMicroHalfWidth)} (n={mean.Seeds}) |");

    private static string Gain(SweepResult result, SweepMean row, WeightInitialization start)
    {
        SweepGain? gain = result.Gains.FirstOrDefault(g =>
            g.Initialization == start && g.Ratio.Equals(row.Ratio) && g.LabelsPerClass == row.LabelsPerClass);
        return gain is null ? " |" : Text($" {gain.Points:+0.0;-0.0;0.0}{Width(gain.PointsHalfWidth)} |");
    }

    private static string Width(double halfWidth) => double.IsNaN(halfWidth) ? "" : Text($" ± {halfWidth:F1}");

    private static string Meeting(SweepResult result)
    {
        if (result.Gains.All(g => g.Initialization != WeightInitialization.Concomitant || double.IsNaN(g.Ratio))) return "";
        return result.BreakEvenRatio is double ratio
            ? Text($"The mean gain of concomitant over random weights falls to 0 at {100 * ratio:F0} % of the labels.\n")
            : "The mean gain of concomitant over random weights does not fall to 0 within this sweep.\n";
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
