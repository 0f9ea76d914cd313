namespace SswpNas.MLNet.Labelling;

/// <summary>
/// Chooses images that the model is unsure of, that differ from one another and from those with a label, and that stand for many others
/// (uncertainty herding, Bae et al., ICLR 2025): the next one is always the one by which <see cref="UncertaintyCoverage"/> grows most.
/// </summary>
internal sealed class SuggestionChoice(IReadOnlyList<ScoredImage> all, bool leavesOutDuplicates, int seed)
{
    // So many random images stand for all where there are more: the cost is their number times that of all images.
    private const int MostToCover = 4000;

    private readonly ScoredImage[] _labelled = [.. all.Where(c => c.HasLabel)];
    private readonly ScoredImage[] _open = [.. all.Where(c => !c.HasLabel)];

    /// <summary>What was left out, with the image that it looks like.</summary>
    public List<(ScoredImage Image, ScoredImage Other)> LeftOut { get; } = [];

    public List<ScoredImage> Choose(int count)
    {
        UncertaintyCoverage coverage = new(all, ToCover());
        foreach (ScoredImage image in _labelled) coverage.Add(image);
        // Gains only shrink, so what was the greatest a while ago and still beats the next one is the greatest.
        PriorityQueue<int, (double Loss, int Image)> queue = new(Enumerable.Range(0, _open.Length).Select(i => (i, (-coverage.Gain(_open[i]), i))));
        List<ScoredImage> chosen = [];
        while (chosen.Count < count && queue.TryDequeue(out int next, out _))
        {
            (double Loss, int Image) now = (-coverage.Gain(_open[next]), next);
            if (queue.TryPeek(out _, out (double Loss, int Image) other) && other.CompareTo(now) < 0)
            {
                queue.Enqueue(next, now);
                continue;
            }

            ScoredImage image = _open[next];
            coverage.Add(image);
            if (Alike(image, chosen) is ScoredImage alike) LeftOut.Add((image, alike));
            else chosen.Add(image);
        }

        return chosen;
    }

    private ScoredImage[] ToCover()
    {
        if (_open.Length <= MostToCover) return _open;
        ScoredImage[] some = [.. _open];
        new RandomStream(seed, RandomPurpose.Suggestions).Shuffle<ScoredImage>(some);
        return some[..MostToCover];
    }

    private ScoredImage? Alike(ScoredImage image, List<ScoredImage> chosen) =>
        leavesOutDuplicates ? _labelled.Concat(chosen).FirstOrDefault(image.LooksLike) : null;
}
