using SswpNas.MLNet.Messages;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Storage;

namespace SswpNas.MLNet.Search.Files;

/// <summary>Reads a search result: network, history and alphas.</summary>
internal sealed class SearchResultReader : ResultReader<ResultDocument.EpochPart>
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
        SearchEpoch[] history = [.. reader.History(reader.IsSane).Select(e => e.ToEpoch())];
        return new SearchResult(network, history, reader.Alphas(history.Length));
    }

    /// <summary>Asked in the order of the epochs: phases follow one another.</summary>
    private bool IsSane(ResultDocument.EpochPart? epoch, int index)
    {
        if (epoch is null || epoch.Epoch != index + 1 || epoch.Phase < _phase) return false;
        _phase = epoch.Phase;
        return double.IsFinite(epoch.Loss) && !double.IsInfinity(epoch.ArchitectureLoss)
            && double.IsFinite(epoch.LearningRate) && epoch.LearningRate >= 0
            && IsEntropy(epoch.PathEntropy)
            && epoch.FrozenCells >= 0 && epoch.FrozenCells <= Cells
            && IsCount(epoch.Skips) && IsCount(epoch.Pools)
            && (epoch.UnrestrictedSkips is null or [] || IsCount(epoch.UnrestrictedSkips))
            && (epoch.CellEntropies is null or [] || (epoch.CellEntropies.Length == Cells && epoch.CellEntropies.All(IsEntropy)))
            && double.IsFinite(epoch.Seconds) && epoch.Seconds >= 0;

        bool IsCount(int[] counts) => counts.Length == Cells && counts.All(count => count is >= 0 and <= 8);
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
