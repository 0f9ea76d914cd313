namespace SswpNas.MLNet.Tests;

/// <summary>A few rows of a full set of combinations in which every two values that the set has together come together, too.</summary>
internal static class Pairwise
{
    /// <summary>The same rows for the same set: the one that adds most pairs, the first of equals, until none is missing.</summary>
    /// <param name="rows">The full set; all rows have the same length.</param>
    public static IEnumerable<object[]> Of(IEnumerable<object[]> rows)
    {
        object[][] full = [.. rows];
        HashSet<(int, object, int, object)> missing = [.. full.SelectMany(Pairs)];
        while (missing.Count > 0)
        {
            object[] next = full.MaxBy(row => Pairs(row).Count(missing.Contains))!;
            missing.ExceptWith(Pairs(next));
            yield return next;
        }
    }

    /// <summary>The values of every two columns.</summary>
    public static IEnumerable<(int, object, int, object)> Pairs(object[] row) =>
        from first in Enumerable.Range(0, row.Length)
        from second in Enumerable.Range(first + 1, row.Length - first - 1)
        select (first, row[first], second, row[second]);
}
