namespace SswpNas.MLNet.Search;

/// <summary>When the search does what, in epochs counted from 0: a pure function of the options.</summary>
internal sealed class SearchSchedule
{
    // Shares such as 0.6 x 50 must not lose an epoch to rounding.
    private const double Rounding = 1e-9;

    private SearchSchedule(int epochs, int warmUp, int prune, int cells, double pruneShare)
    {
        Epochs = epochs;
        WarmUpEpochs = warmUp;
        PruneEpochs = prune;
        SearchEpochs = epochs - warmUp - prune;
        FreezeEpochs = prune == 0 ? [] : Freezes(epochs, prune, cells);
        PaperStep = epochs * pruneShare / cells;
        Cells = cells;
    }

    public int Epochs { get; }

    public int WarmUpEpochs { get; }

    public int SearchEpochs { get; }

    public int PruneEpochs { get; }

    public int Cells { get; }

    /// <summary>
    /// Before which epoch the first cell freezes, the second, and so on: evenly from the start of the phase to the end
    /// of the search (published code). Empty without a prune phase.
    /// </summary>
    public IReadOnlyList<int> FreezeEpochs { get; }

    /// <summary>Epochs from one freeze to the next by the formula of section 3.5: epochs x share / cells.</summary>
    public double PaperStep { get; }

    /// <summary>Makes the schedule; the arguments have no <see cref="Problems"/>.</summary>
    public static SearchSchedule Create(
        int epochs, double warmUp, double search, double prune, int cells, int minimumWarmUp)
    {
        IReadOnlyList<string> problems = Problems(epochs, warmUp, search, prune, cells, minimumWarmUp);
        if (problems.Count > 0) throw new ArgumentException(string.Join(Environment.NewLine, problems));
        int atFirst = Math.Max(Share(warmUp, epochs), minimumWarmUp);
        return new SearchSchedule(epochs, atFirst, Share(prune, epochs), cells, prune);
    }

    /// <summary>No phase but the final training: the architecture is there before.</summary>
    public static SearchSchedule WeightsAlone(int cells) => new(epochs: 0, warmUp: 0, prune: 0, cells, pruneShare: 0);

    /// <summary>What is wrong with the arguments of <see cref="Create"/>, one sentence each; empty if nothing is.</summary>
    public static IReadOnlyList<string> Problems(
        int epochs, double warmUp, double search, double prune, int cells, int minimumWarmUp)
    {
        List<string> problems = [];
        if (epochs < 1) problems.Add($"{epochs} search epochs came; at least 1 was expected.");
        if (cells < 1) problems.Add($"{cells} cells came; at least 1 was expected.");
        if (minimumWarmUp < 0) problems.Add($"A minimum warm-up of {minimumWarmUp} epochs came; 0 or more was expected.");
        foreach ((string name, double share) in new[] { ("warm-up", warmUp), ("search", search), ("prune", prune) })
        {
            if (!(share >= 0 && share <= 1))
                problems.Add(FormattableString.Invariant($"The share of the {name} phase is {share}; 0 to 1 was expected."));
        }

        double sum = warmUp + search + prune;
        if (!(Math.Abs(sum - 1) < 1e-6))
        {
            problems.Add(FormattableString.Invariant(
                $"The phases' shares {warmUp}, {search} and {prune} sum to {sum}; 1 was expected."));
        }

        if (problems.Count > 0) return problems;
        int left = epochs - Share(prune, epochs);
        if (minimumWarmUp > left)
        {
            problems.Add(
                $"The warm-up takes at least {minimumWarmUp} epochs, but the prune phase leaves {left} of {epochs}: "
                + "search longer or lower the minimum.");
        }

        return problems;
    }

    /// <summary>The phase of an epoch, 0 to <see cref="Epochs"/> - 1.</summary>
    public SearchPhase PhaseOf(int epoch) =>
        epoch < WarmUpEpochs ? SearchPhase.WarmUp
        : epoch < WarmUpEpochs + SearchEpochs ? SearchPhase.Search
        : epoch < Epochs ? SearchPhase.Prune
        : SearchPhase.Settle;

    /// <summary>Which cells are frozen when an epoch begins; with <see cref="Epochs"/>, when the search is over.</summary>
    public bool[] FrozenAt(int epoch, PruneDirection direction)
    {
        bool[] frozen = new bool[Cells];
        if (direction == PruneDirection.None) return frozen;
        int count = FreezeEpochs.Count(at => at <= epoch);
        if (direction == PruneDirection.Forward) frozen.AsSpan(0, count).Fill(true);
        else frozen.AsSpan(Cells - count).Fill(true);
        return frozen;
    }

    private static int Share(double share, int epochs) => (int)((share * epochs) + Rounding);

    /// <summary>The whole part of cells evenly spaced numbers from the phase's start to its end, both included.</summary>
    private static int[] Freezes(int epochs, int prune, int cells)
    {
        double step = cells > 1 ? (double)prune / (cells - 1) : 0;
        int[] freezes = new int[cells];
        for (int i = 0; i < cells; i++) freezes[i] = (int)((i * step) + (epochs - prune));
        if (cells > 1) freezes[^1] = epochs;
        return freezes;
    }
}
