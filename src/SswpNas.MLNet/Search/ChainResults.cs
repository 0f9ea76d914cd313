using Microsoft.ML;

namespace SswpNas.MLNet.Search;

/// <summary>What earlier estimators found: handed over explicitly, or found in the chain.</summary>
internal static class ChainResults
{
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static SearchResult Search(DataViewSchema schema, SearchResult? given, string wanting) =>
        SearchOrNull(schema, given) ?? throw new InvalidOperationException(
            $"There is no search result: none was given and no search comes earlier in the chain. Append {wanting} after "
            + "Search, or pass searchResult: a search transformer's Result or SearchResult.Load(folder).");

    public static SearchResult? SearchOrNull(DataViewSchema schema, SearchResult? given) =>
        given ?? (SearchResultAnnotation.TryFind(schema, out SearchResult? found) ? found : null);
}
