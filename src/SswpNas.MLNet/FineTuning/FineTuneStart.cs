using SswpNas.MLNet.Pretraining;

namespace SswpNas.MLNet.FineTuning;

/// <summary>The network that a fine-tuning starts from, and the results that it comes from.</summary>
/// <param name="Network">The architecture with the weights to start from; a random start takes the architecture only.</param>
/// <param name="Search">The search; null where a pre-training alone was handed over.</param>
/// <param name="Pretraining">The pre-training, where its weights are wanted.</param>
internal sealed record FineTuneStart(FoundNetwork Network, SearchResult? Search, PretrainResult? Pretraining)
{
    /// <summary>Takes what was given, else what is in the chain.</summary>
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

    private static void Check(FoundNetwork trained, FoundNetwork origin) =>
        Differences.Check(Texts(trained), Texts(origin), lines => new ArgumentException(
            "The pre-training ('there') is of another network than the search result ('here'). Pre-train this search's result, or "
            + $"pass the search that was pre-trained. What differs:{lines}"));

    private static Dictionary<string, string> Texts(FoundNetwork network)
    {
        MacroStructure macro = network.Macro;
        Dictionary<string, string> texts = new()
        {
            ["cells"] = $"{macro.Cells} of {macro.InitialChannels} channels ({macro.Stem} stem) on images of {macro.Image}",
        };
        for (int i = 0; i < network.Genotype.Cells.Count; i++) texts[$"cell {i}"] = network.Genotype.Cells[i].ToString();
        foreach ((string name, TensorValue tensor) in network.Weights)
            texts[$"shape of '{name}'"] = $"[{string.Join(", ", tensor.Shape)}]";
        return texts;
    }
}
