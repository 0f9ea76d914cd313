using SswpNas.MLNet.FineTuning;

namespace SswpNas.MLNet.Sweeps;

/// <summary>Every amount of labels leaves a class what a fine-tuning needs, said before the first cell.</summary>
internal static class SweepLabels
{
    public static void Ensure(SweepOptions options, int[] labels, string[] classNames, string label)
    {
        foreach (SweepCell cell in options.Cells().DistinctBy(c => (c.Ratio, c.LabelsPerClass, c.Fold)))
        {
            int[] there = WithoutFold(options, labels, classNames, cell);
            try
            {
                if (cell.Ratio is double ratio) EnsureOneAClass(there, classNames, ratio);
                int[] kept = cell.LabelsPerClass is int perClass
                    ? StratifiedSubset.PerClass(there, classNames, perClass, cell.Seed)
                    : StratifiedSubset.Fraction(there, classNames, cell.Ratio!.Value, cell.Seed);
                FineTuneChecks.Labels([.. kept.Select(row => there[row]), LabelColumn.Missing], classNames, label, options.FineTune);
            }
            catch (InvalidDataException e)
            {
                string amount = cell.Ratio is double fraction
                    ? FormattableString.Invariant($"the ratio {fraction}")
                    : $"{cell.LabelsPerClass} labels a class";
                throw new InvalidDataException($"With {amount}: {e.Message}", e);
            }
        }
    }

    private static int[] WithoutFold(SweepOptions options, int[] labels, string[] classNames, SweepCell cell)
    {
        if (options.Folds is not int folds) return labels;
        int[] left = [.. labels];
        foreach (int row in StratifiedSubset.Fold(labels, classNames, cell.Fold, folds, cell.Seed))
            left[row] = LabelColumn.Missing;
        return left;
    }

    /// <summary>A ratio that leaves a class less than half a label would be rounded up to one: another ratio.</summary>
    private static void EnsureOneAClass(int[] labels, string[] classNames, double ratio)
    {
        for (int c = 0; c < classNames.Length; c++)
        {
            int count = labels.Count(l => l == c);
            if (count == 0 || ratio * count >= 0.5) continue;
            throw new InvalidDataException(
                $"Class '{classNames[c]}' has {count} labels, of which none would be left. Take a larger ratio, or label "
                + "more images.");
        }
    }
}
