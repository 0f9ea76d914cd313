namespace SswpNas.MLNet.Search.Files;

/// <summary>Reads a search result: network, history and alphas.</summary>
internal sealed class SearchResultReader : ResultReader<SearchEpoch>
{
    private SearchPhase _phase = SearchPhase.WarmUp;

    private SearchResultReader(string folder)
        : base(folder, ResultFolder.OfSearch)
    {
    }

    /// <exception cref="InvalidDataException">A file is damaged, or the files do not fit one another.</exception>
    public static SearchResult Read(string folder)
    {
        SearchResultReader reader = new(folder);
        FoundNetwork network = reader.Network();
        SearchEpoch[] history = reader.History();
        return new SearchResult(network, history, reader.Alphas(history.Length));
    }

    /// <summary>Phases follow one another.</summary>
    protected override bool IsSane(SearchEpoch epoch)
    {
        if (epoch.Phase < _phase) return false;
        _phase = epoch.Phase;
        return !double.IsInfinity(epoch.ArchitectureLoss)
            && IsEntropy(epoch.PathEntropy)
            && epoch.FrozenCells >= 0 && epoch.FrozenCells <= Cells
            && IsCount(epoch.Skips) && IsCount(epoch.Pools)
            && (epoch.UnrestrictedSkips.Count == 0 || IsCount(epoch.UnrestrictedSkips))
            && (epoch.CellEntropies.Count == 0 || (epoch.CellEntropies.Count == Cells && epoch.CellEntropies.All(IsEntropy)));

        bool IsCount(IReadOnlyList<int> counts) => counts.Count == Cells && counts.All(count => count is >= 0 and <= 8);
    }

    private static bool IsEntropy(double entropy) => entropy >= 0 && entropy <= Math.Log(CellOperations.Count) + 1e-6;

    private float[][][][] Alphas(int epochs)
    {
        string path = PathOf(ResultFolder.Alphas);
        OrderedDictionary<string, TensorValue> tensors = Safetensors.Read(path);
        if (tensors.Count != 1 || !tensors.TryGetValue(AlphaTensor.Name, out TensorValue? alphas)
            || !alphas.Shape.AsSpan().SequenceEqual(AlphaTensor.Shape(epochs, Cells)))
        {
            throw Damaged.File(
                path, $"has {Names(tensors)}",
                $"one tensor '{AlphaTensor.Name}' of shape [{string.Join(", ", AlphaTensor.Shape(epochs, Cells))}]");
        }

        return alphas.Values.All(float.IsFinite)
            ? AlphaTensor.ToArrays(alphas)
            : throw Damaged.File(path, "has alphas that are NaN or infinite", "finite numbers");
    }
}
