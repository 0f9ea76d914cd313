namespace SswpNas.MLNet.Data;

/// <summary>
/// Picks rows class by class. Labels are class numbers from 0, <see cref="LabelColumn.Missing"/> for none. A class's
/// rows are put into an order that the seed gives and a prefix is taken, so of two subsets of one seed the smaller is
/// part of the larger. Row numbers come back in ascending order.
/// </summary>
internal static class StratifiedSubset
{
    /// <summary>Of n labels of a class, round(fraction * n) but at least one. Classes without labels stay so.</summary>
    public static int[] Fraction(int[] labels, string[] classNames, double fraction, int seed)
    {
        if (!(fraction > 0 && fraction <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(fraction), fraction, "The fraction of labels to keep has to be above 0 and at most 1.");
        }

        return Prefixes(labels, classNames, seed, (_, n) => Math.Max(1, Round(fraction * n)));
    }

    /// <summary>The same number of labels from every class that has labels.</summary>
    public static int[] PerClass(int[] labels, string[] classNames, int labelsPerClass, int seed)
    {
        if (labelsPerClass < 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(labelsPerClass), labelsPerClass, "The number of labels a class has to be at least 1.");
        }

        return Prefixes(labels, classNames, seed, (c, n) => n >= labelsPerClass ? labelsPerClass
            : throw new InvalidDataException(
                $"Class '{classNames[c]}' has {n} labels, {labelsPerClass} a class were asked for. Label more images of it, or ask for fewer."));
    }

    /// <summary>
    /// Splits the labelled rows: round(fraction * n) of every class to the second part, at least one to each part.
    /// </summary>
    /// <param name="labels">Class numbers.</param>
    /// <param name="classNames">Names by class number.</param>
    /// <param name="fraction">The second part's share, above 0 and below 1.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="purpose">Validation or DataSplit: splits for different ends are independent of each other.</param>
    public static (int[] First, int[] Second) Split(
        int[] labels, string[] classNames, double fraction, int seed, RandomPurpose purpose)
    {
        if (!(fraction > 0 && fraction < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(fraction), fraction, "The share to hold back has to be above 0 and below 1.");
        }

        int[][] classes = Classes(labels, classNames);
        for (int c = 0; c < classes.Length; c++)
        {
            if (classes[c].Length == 1)
            {
                throw new InvalidDataException(
                    $"Class '{classNames[c]}' has 1 label, so it cannot be on both sides of a split. Label at least "
                    + "2 images a class, or drop the class.");
            }
        }

        List<int> first = [], second = [];
        for (int c = 0; c < classes.Length; c++)
        {
            int[] rows = Ordered(classes[c], c, seed, purpose);
            int taken = rows.Length == 0 ? 0 : Math.Clamp(Round(fraction * rows.Length), 1, rows.Length - 1);
            second.AddRange(rows.AsSpan(0, taken));
            first.AddRange(rows.AsSpan(taken));
        }

        return ([.. first.Order()], [.. second.Order()]);
    }

    /// <summary>
    /// The rows of one fold of several: of every class each fold gets as many but for one. Rows without a label are dealt
    /// out, too.
    /// </summary>
    public static int[] Fold(int[] labels, string[] classNames, int fold, int folds, int seed)
    {
        IEnumerable<int[]> groups = Classes(labels, classNames)
            .Append([.. Enumerable.Range(0, labels.Length).Where(r => labels[r] == LabelColumn.Missing)]);
        return [.. groups.SelectMany((rows, group) =>
            Ordered(rows, group, seed, RandomPurpose.DataSplit).Where((_, i) => i % folds == fold)).Order()];
    }

    /// <summary>Of n rows without a label, which round(fraction * n) go to the second part of a split.</summary>
    public static int[] OfUnlabelled(int[] labels, double fraction, int seed, RandomPurpose purpose)
    {
        int[] rows = [.. Enumerable.Range(0, labels.Length).Where(r => labels[r] == LabelColumn.Missing)];
        return [.. Ordered(rows, LabelColumn.Missing, seed, purpose).Take(Round(fraction * rows.Length)).Order()];
    }

    private static int[] Prefixes(int[] labels, string[] classNames, int seed, Func<int, int, int> length)
    {
        int[][] classes = Classes(labels, classNames);
        return [.. classes.SelectMany((rows, c) => rows.Length == 0
            ? []
            : Ordered(rows, c, seed, RandomPurpose.LabelSubset).Take(length(c, rows.Length))).Order()];
    }

    private static int[] Ordered(int[] rows, int @class, int seed, RandomPurpose purpose)
    {
        int[] ordered = [.. rows];
        var random = new RandomStream(seed, purpose, @class);
        random.Shuffle(ordered.AsSpan());
        return ordered;
    }

    private static int[][] Classes(int[] labels, string[] classNames)
    {
        var classes = new List<int>[classNames.Length];
        for (int c = 0; c < classes.Length; c++) classes[c] = [];
        for (int row = 0; row < labels.Length; row++)
        {
            if (labels[row] != LabelColumn.Missing) classes[labels[row]].Add(row);
        }

        string[] present = [.. classNames.Where((_, c) => classes[c].Count > 0)];
        if (present.Length == 0)
        {
            throw new InvalidDataException(
                $"None of the {labels.Length} rows has a label (all keys are missing). Label at least 2 classes.");
        }

        if (present.Length == 1)
        {
            throw new InvalidDataException(
                $"All labels are of one class, '{present[0]}'. There have to be at least 2 classes.");
        }

        return [.. classes.Select(c => c.ToArray())];
    }

    private static int Round(double value) => (int)Math.Round(value, MidpointRounding.AwayFromZero);
}
