namespace SswpNas.MLNet.Reports;

/// <summary>From which epoch on each cell was frozen: the history counts them, the prune direction says which.</summary>
internal sealed class FreezeTimes
{
    private readonly int?[] _first;

    private FreezeTimes(int?[] first) => _first = first;

    public static FreezeTimes Of(SearchResult result)
    {
        bool backward = result.Settings.Options.TryGetValue(nameof(SearchOptions.PruneDirection), out string? direction)
            && direction == nameof(PruneDirection.Backward);
        int?[] first = new int?[result.Cells];
        for (int i = 0; i < first.Length; i++)
        {
            int frozen = i + 1;
            first[backward ? result.Cells - frozen : i] = result.History.FirstOrDefault(e => e.FrozenCells >= frozen)?.Epoch;
        }

        return new FreezeTimes(first);
    }

    public bool IsFrozen(int cell, int epoch) => epoch >= _first[cell];

    /// <summary>The first epoch in which a cell was frozen, from 1; null if it was free until the search ended.</summary>
    public int? First(int cell) => _first[cell];

    /// <summary>The last epoch in which any alphas could change.</summary>
    public int LastFreeEpoch(int epochs) => _first.Contains(null) ? epochs : Math.Max(1, _first.Max()!.Value - 1);

    /// <summary>The same in words.</summary>
    public string Sentence
    {
        get
        {
            string[] parts = [.. Enumerable.Range(0, _first.Length)
                .GroupBy(cell => _first[cell])
                .Select(g => $"{Cells([.. g])} {(g.Key is int epoch ? $"from epoch {epoch} on" : "when the search ended")}")];
            return $"Frozen: {string.Join("; ", parts)}.";
        }
    }

    private static string Cells(int[] cells) => cells.Length == 1 ? $"cell {cells[0]}" : $"cells {string.Join(", ", cells)}";
}
