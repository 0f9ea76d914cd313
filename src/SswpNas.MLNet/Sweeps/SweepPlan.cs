namespace SswpNas.MLNet.Sweeps;

/// <summary>The cells of a sweep in their order: a pure function of the options.</summary>
internal static class SweepPlan
{
    /// <summary>Seed by seed, so that a sweep that ends early has whole curves; in a seed the fewest labels first.</summary>
    public static IReadOnlyList<SweepCell> Of(SweepOptions options)
    {
        (double? Ratio, int? PerClass)[] amounts = options.LabelsPerClass.Count > 0
            ? [.. options.LabelsPerClass.Order().Select(n => ((double?)null, (int?)n))]
            : [.. options.Ratios.Order().Select(r => ((double?)r, (int?)null))];
        List<SweepCell> cells = [];
        foreach (int seed in options.Seeds)
        {
            for (int fold = 0; fold < (options.Folds ?? 1); fold++)
            {
                foreach ((double? ratio, int? perClass) in amounts)
                {
                    foreach (WeightInitialization start in options.Initializations)
                        cells.Add(new SweepCell(cells.Count, start, ratio, perClass, seed, fold));
                }
            }
        }

        return cells;
    }
}
