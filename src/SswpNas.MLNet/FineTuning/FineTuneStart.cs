using Microsoft.ML;
using SswpNas.MLNet.Pretraining;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Storage;

namespace SswpNas.MLNet.FineTuning;

/// <summary>The network that a fine-tuning starts from, and the results that it comes from.</summary>
/// <param name="Network">The architecture with the weights to start from; a random start takes the architecture only.</param>
/// <param name="Search">The search; null where a pre-training alone was handed over.</param>
/// <param name="Pretraining">The pre-training, where its weights are wanted.</param>
internal sealed record FineTuneStart(FoundNetwork Network, SearchResult? Search, PretrainResult? Pretraining)
{
    /// <summary>Takes what was given, else what is in the chain.</summary>
    /// <exception cref="InvalidOperationException">What the initialisation needs is not there.</exception>
    /// <exception cref="ArgumentException">The pre-training is of another network than the search.</exception>
    public static FineTuneStart Find(
        DataViewSchema schema, WeightInitialization initialization, SearchResult? search, PretrainResult? pretraining)
    {
        if (initialization != WeightInitialization.SimClrPretrained)
        {
            SearchResult found = ChainResults.Search(schema, search, "FineTune");
            return new FineTuneStart(found.Network, found, null);
        }

        PretrainResult trained = ChainResults.Pretraining(schema, pretraining);
        SearchResult? origin = ChainResults.Find(schema, search);
        if (origin is not null) Check(trained.Network, origin.Network);
        return new FineTuneStart(trained.Network, origin, trained);
    }

    private static void Check(FoundNetwork trained, FoundNetwork origin)
    {
        string? difference = trained.Macro != origin.Macro
            ? $"it has {Text(trained.Macro)}, the search {Text(origin.Macro)}"
            : CellDifference(trained.Genotype, origin.Genotype) ?? TensorDifference(trained.Weights, origin.Weights);
        if (difference is null) return;
        throw new ArgumentException(
            $"The pre-training is of another network than the search result: {difference}. Pre-train this search's result, or "
            + "pass the search that was pre-trained.");
    }

    private static string Text(MacroStructure macro) =>
        $"{macro.Cells} cells of {macro.InitialChannels} channels ({macro.Stem} stem) on images of {macro.Image}";

    private static string? CellDifference(Genotype trained, Genotype origin)
    {
        int cell = Enumerable.Range(0, origin.Cells.Count).FirstOrDefault(i => !trained.Cells[i].Equals(origin.Cells[i]), -1);
        return cell < 0 ? null : $"cell {cell} is '{trained.Cells[cell]}', the search's '{origin.Cells[cell]}'";
    }

    private static string? TensorDifference(
        IReadOnlyDictionary<string, TensorValue> trained, IReadOnlyDictionary<string, TensorValue> origin)
    {
        foreach ((string name, TensorValue expected) in origin)
        {
            if (!trained.TryGetValue(name, out TensorValue? tensor)) return $"it lacks the tensor '{name}'";
            if (!tensor.Shape.AsSpan().SequenceEqual(expected.Shape))
            {
                return $"its tensor '{name}' has the shape [{string.Join(", ", tensor.Shape)}], the search's "
                    + $"[{string.Join(", ", expected.Shape)}]";
            }
        }

        return null;
    }
}
