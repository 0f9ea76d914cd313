namespace SswpNas.MLNet.Sweeps;

/// <summary>From cells to means with intervals, and to gains. The folds of a seed are one number: their mean.</summary>
internal static class SweepStatistics
{
    public static IReadOnlyList<SweepMean> Means(IReadOnlyList<SweepRecord> records) =>
        [.. Groups(records).Select(group =>
        {
            SweepRecord[][] seeds = [.. group.GroupBy(r => r.Seed).Select(s => s.ToArray())];
            Spread micro = Over(seeds, r => r.AccuracyMicro), macro = Over(seeds, r => r.AccuracyMacro);
            Spread logLoss = Over(seeds, r => r.LogLoss);
            SweepRecord first = group.First();
            return new SweepMean(
                Start(first), first.Ratio, first.LabelsPerClass, group.Average(r => r.Labels), seeds.Length, micro.Mean,
                micro.HalfWidth, macro.Mean, macro.HalfWidth, logLoss.Mean, logLoss.HalfWidth);
        })];

    public static IReadOnlyList<SweepGain> Gains(IReadOnlyList<SweepRecord> records)
    {
        Dictionary<(double, int, int), double> random = records
            .Where(r => r.IsDone && Start(r) == WeightInitialization.Random)
            .GroupBy(Key).ToDictionary(g => g.Key, g => g.Average(r => r.AccuracyMicro));
        List<SweepGain> gains = [];
        foreach (IGrouping<(WeightInitialization, double, int), SweepRecord> group in Groups(records))
        {
            SweepRecord first = group.First();
            if (Start(first) == WeightInitialization.Random) continue;
            Spread points = Spread.Of([.. group.GroupBy(Key).Where(g => random.ContainsKey(g.Key))
                .Select(g => 100 * (g.Average(r => r.AccuracyMicro) - random[g.Key]))]);
            if (points.Count == 0) continue;
            gains.Add(new SweepGain(
                Start(first), first.Ratio, first.LabelsPerClass, points.Count, points.Mean, points.HalfWidth));
        }

        return gains;

        static (double, int, int) Key(SweepRecord record) => (Amount(record), record.LabelsPerClass, record.Seed);
    }

    /// <summary>Where the gain's straight line between two ratios crosses 0 from above.</summary>
    public static double? Meeting(IReadOnlyList<SweepGain> gains)
    {
        SweepGain[] line = [.. gains
            .Where(g => g.Initialization == WeightInitialization.Concomitant && !double.IsNaN(g.Ratio)).OrderBy(g => g.Ratio)];
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i].Points > 0) continue;
            if (i == 0) return line[0].Ratio;
            double share = line[i - 1].Points / (line[i - 1].Points - line[i].Points);
            return line[i - 1].Ratio + (share * (line[i].Ratio - line[i - 1].Ratio));
        }

        return null;
    }

    private static IEnumerable<IGrouping<(WeightInitialization, double, int), SweepRecord>> Groups(
        IReadOnlyList<SweepRecord> records) => records.Where(r => r.IsDone)
            .GroupBy(r => (Start(r), Amount(r), r.LabelsPerClass))
            .OrderBy(g => g.Key.Item1).ThenBy(g => g.Key.Item2).ThenBy(g => g.Key.LabelsPerClass);

    private static Spread Over(SweepRecord[][] seeds, Func<SweepRecord, double> figure) =>
        Spread.Of([.. seeds.Select(folds => folds.Average(figure))]);

    /// <summary>NaN is not equal to itself in every comparison, so a missing ratio is 0 here.</summary>
    private static double Amount(SweepRecord record) => double.IsNaN(record.Ratio) ? 0 : record.Ratio;

    private static WeightInitialization Start(SweepRecord record) => Enum.Parse<WeightInitialization>(record.Initialization);
}
