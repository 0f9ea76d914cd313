namespace SswpNas.MLNet.Labelling;

/// <summary>
/// Chooses images that the model is unsure of and that differ from one another: k-means++ over their gradients (BADGE). The first is
/// the one with the longest gradient; each next one is drawn, the likelier the farther it is from all that were chosen.
/// </summary>
internal sealed class SuggestionChoice(IReadOnlyList<ScoredImage> all, bool leavesOutDuplicates, int seed)
{
    private readonly ScoredImage[] _labelled = leavesOutDuplicates ? [.. all.Where(c => c.HasLabel)] : [];

    /// <summary>What was left out, with the image that it looks like.</summary>
    public List<(ScoredImage Image, ScoredImage Other)> LeftOut { get; } = [];

    public List<ScoredImage> Choose(int count)
    {
        ScoredImage[] open = [.. all.Where(c => !c.HasLabel)];
        GradientDistances gradients = new(open);
        double[] distances = [.. Enumerable.Range(0, open.Length).Select(gradients.Square)];
        RandomStream random = new(seed, RandomPurpose.Suggestions);
        List<ScoredImage> chosen = [];
        HashSet<int> done = [];
        for (int next = Farthest(distances); chosen.Count < count && done.Count < open.Length; next = Drawn(distances, done, ref random))
        {
            done.Add(next);
            distances[next] = 0;
            if (Alike(open[next], chosen) is ScoredImage other)
            {
                LeftOut.Add((open[next], other));
                continue;
            }

            chosen.Add(open[next]);
            for (int i = 0; i < open.Length; i++) distances[i] = Math.Min(distances[i], gradients.Between(i, next));
        }

        return chosen;
    }

    private ScoredImage? Alike(ScoredImage image, List<ScoredImage> chosen) =>
        leavesOutDuplicates ? _labelled.Concat(chosen).FirstOrDefault(image.LooksLike) : null;

    private static int Farthest(double[] distances) => Array.IndexOf(distances, distances.DefaultIfEmpty(0).Max());

    // Where all that are left lie on chosen ones, the first of them is as good as any.
    private static int Drawn(double[] distances, HashSet<int> done, ref RandomStream random)
    {
        double left = random.NextDouble() * distances.Sum();
        int last = -1;
        for (int i = 0; i < distances.Length; i++)
        {
            if (done.Contains(i)) continue;
            last = last < 0 || distances[i] > 0 ? i : last;
            left -= distances[i];
            if (left < 0) return i;
        }

        return last;
    }
}
