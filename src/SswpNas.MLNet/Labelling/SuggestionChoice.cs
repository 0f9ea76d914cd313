namespace SswpNas.MLNet.Labelling;

/// <summary>
/// Chooses images that the model is unsure of, that differ from one another and from those with a label, and that stand for many others
/// (uncertainty herding, Bae et al., ICLR 2025): the next one is always the one by which <see cref="UncertaintyCoverage"/> grows most.
/// </summary>
internal sealed class SuggestionChoice
{
    /// <summary>So many images stand for all where there are more: the cost is their number times that of all images.</summary>
    public const int MostToCover = 4000;

    private readonly SuggestionOptions _options;
    private readonly ScoredImage[] _labelled;
    private readonly ScoredImage[] _open;
    private readonly UncertaintyCoverage _coverage;

    public SuggestionChoice(IReadOnlyList<ScoredImage> all, SuggestionOptions options, int mostToCover = MostToCover)
    {
        _options = options;
        _labelled = [.. all.Where(c => c.HasLabel)];
        _open = [.. all.Where(c => !c.HasLabel)];
        ImagesToCover toCover = ImagesToCover.Of(_open, mostToCover, options.Seed);
        IsSureOfAll = toCover.IsSureOfAll;
        _coverage = new UncertaintyCoverage(all, toCover);
    }

    /// <summary>Whether the model is sure of every image, so that its confidence says nothing.</summary>
    public bool IsSureOfAll { get; }

    /// <summary>What was left out, with the image that it looks like.</summary>
    public List<(ScoredImage Image, ScoredImage Other)> LeftOut { get; } = [];

    /// <summary>The images to label, best first. Called once.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public List<ScoredImage> Choose(int count)
    {
        foreach (ScoredImage image in _labelled) Add(image);
        // Gains only shrink, so what was the greatest a while ago and still beats the next one is the greatest.
        PriorityQueue<int, (double Loss, int Image)> queue = new(Gains().Select((gain, i) => (i, (-gain, i))));
        List<ScoredImage> chosen = [];
        while (chosen.Count < count && queue.TryDequeue(out int next, out _))
        {
            (double Loss, int Image) now = (-_coverage.Gain(_open[next]), next);
            if (queue.TryPeek(out _, out (double Loss, int Image) other) && other.CompareTo(now) < 0)
            {
                queue.Enqueue(next, now);
                continue;
            }

            ScoredImage image = _open[next];
            Add(image);
            if (Alike(image, chosen) is ScoredImage alike) LeftOut.Add((image, alike));
            else chosen.Add(image);
        }

        return chosen;
    }

    private void Add(ScoredImage image)
    {
        _options.CancellationToken.ThrowIfCancellationRequested();
        _coverage.Add(image);
    }

    private double[] Gains()
    {
        double[] gains = new double[_open.Length];
        ParallelOptions parallel = new()
        {
            MaxDegreeOfParallelism = _options.Threads ?? Environment.ProcessorCount,
            CancellationToken = _options.CancellationToken,
        };
        Parallel.For(0, gains.Length, parallel, i => gains[i] = _coverage.Gain(_open[i]));
        return gains;
    }

    private ScoredImage? Alike(ScoredImage image, List<ScoredImage> chosen) =>
        _options.LeavesOutDuplicates ? _labelled.Concat(chosen).FirstOrDefault(image.LooksLike) : null;
}
