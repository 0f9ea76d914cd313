using SswpNas.MLNet.Search;

namespace SswpNas.MLNet.Pretraining;

/// <summary>What earlier estimators left: handed over explicitly, or found in the chain.</summary>
internal static class ChainResults
{
    public static SearchResult Search(DataViewSchema schema, SearchResult? given, string wanting) =>
        Find(schema, given) ?? throw new InvalidOperationException(
            $"There is no search result: none was given and no search comes earlier in the chain. Append {wanting} after "
            + "Search, or pass searchResult: a search transformer's Result or SearchResult.Load(folder).");

    public static PretrainResult Pretraining(DataViewSchema schema, PretrainResult? given) =>
        Find(schema, given) ?? throw new InvalidOperationException(
            "There is no pre-training result: Initialization is SimClrPretrained, but none was given and no pre-training comes "
            + "earlier in the chain. Append FineTune after Pretrain, or pass pretrainResult: a pre-training transformer's Result "
            + "or PretrainResult.Load(folder).");

    public static T? Find<T>(DataViewSchema schema, T? given)
        where T : EncoderResult =>
        given ?? (SearchResultAnnotation.TryFind(schema, out T? found) ? found : null);
}
