using Microsoft.ML;
using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.Search;

namespace SswpNas.MLNet;

/// <summary>
/// The searched network without a classifier: pixels in, features out. The features carry the search result down the
/// pipeline, where a fine-tune estimator finds it.
/// </summary>
public sealed class SswpNasSearchTransformer : StockChainTransformer
{
    private readonly string _features;

    /// <param name="ml">The context of the pipeline.</param>
    /// <param name="export">The derived network without a classifier, its features named.</param>
    /// <param name="result">What the search found; handed down the pipeline as it is.</param>
    internal SswpNasSearchTransformer(MLContext ml, OnnxExport export, object result)
        : base(StockChain.Create(ml, export))
    {
        _features = export.Features!;
        Found = result;
    }

    internal object Found { get; }

    private protected override DataViewSchema Describe(DataViewSchema output) =>
        SearchResultAnnotation.Attach(output, _features, Found);

    private protected override IDataView Describe(IDataView output) =>
        SearchResultAnnotation.Attach(output, _features, Found);
}
