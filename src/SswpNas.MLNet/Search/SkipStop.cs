namespace SswpNas.MLNet;

/// <summary>
/// When skip connections take over, the alphas stop (the rule of DARTS+): at the end of an epoch after the warm-up in which
/// enough normal cells would keep too many skips. From then on there are no architecture steps; the phases go on as they
/// were planned, so weights are trained for as many epochs along paths drawn from the alphas as they are, and the prune
/// phase freezes one cell after the other. The history says when it happened.
/// </summary>
/// <remarks>
/// DARTS+ searches one normal cell; here every cell has its own alphas, so a few cells reach any limit by chance while the
/// alphas are young. <see cref="Cells"/> and <see cref="Patience"/> are against that.
/// </remarks>
public sealed record SkipStop
{
    /// <summary>Skips of a normal cell that are too many, 1 to 8, counted before any are restricted. DARTS+: 2.</summary>
    public int Limit { get; init; } = 2;

    /// <summary>Normal cells that have to reach the limit, at least 1. DARTS+: its only one.</summary>
    public int Cells { get; init; } = 1;

    /// <summary>Epochs in a row in which they have to, 1 to 1,000,000. DARTS+: 1.</summary>
    public int Patience { get; init; } = 1;

    /// <summary>Whether the last epochs of a history are as the rule says; only the history is used.</summary>
    internal bool IsReached(IReadOnlyList<SearchEpoch> history) =>
        history.Count >= Patience && history.TakeLast(Patience).All(IsReached);

    internal IEnumerable<string> Problems(string name, int cells)
    {
        List<string> found = [];
        OptionCheck check = new(found, name);
        int most = 2 * CellTopology.IntermediateNodes;
        int normal = Enumerable.Range(0, Math.Max(cells, 0)).Count(i => !MacroStructure.IsReduction(i, cells));
        check.That(Limit >= 1 && Limit <= most, nameof(Limit), Limit, $"1 to {most}");
        check.That(
            Cells >= 1 && Cells <= normal, nameof(Cells), Cells,
            string.Create(CultureInfo.InvariantCulture, $"1 to {normal} (the normal cells)"));
        check.Count(Patience, nameof(Patience), 1);
        return found;
    }

    /// <summary>During the warm-up all alphas are equal and say nothing.</summary>
    private bool IsReached(SearchEpoch epoch)
    {
        int cells = epoch.UnrestrictedSkips.Count;
        return epoch.Phase != SearchPhase.WarmUp && Enumerable.Range(0, cells)
            .Count(i => !MacroStructure.IsReduction(i, cells) && epoch.UnrestrictedSkips[i] >= Limit) >= Cells;
    }
}
