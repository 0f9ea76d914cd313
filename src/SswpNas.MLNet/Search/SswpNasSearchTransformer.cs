using Microsoft.ML;
using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.Search;

namespace SswpNas.MLNet;

/// <summary>
/// The searched network without a classifier: pixels in, features out. The features carry the search result down the
/// pipeline, where a fine-tune estimator finds it.
/// </summary>
public sealed class SswpNasSearchTransformer : OnnxPipelineTransformer
{
    private readonly string _features;

    /// <param name="ml">The context of the pipeline.</param>
    /// <param name="export">The derived network without a classifier, its features named.</param>
    /// <param name="result">What the search found; handed down the pipeline as it is.</param>
    /// <param name="threads">Threads of scoring; null for all cores.</param>
    internal SswpNasSearchTransformer(MLContext ml, OnnxExport export, SearchResult result, int? threads = null)
        : base(ml, export, predictedLabel: "", threads)
    {
        _features = export.Features!;
        Result = result;
    }

    /// <summary>
    /// What the search found. It is not part of a saved model: keep it with <c>SearchResult.Save</c>, or hand it on.
    /// </summary>
    public SearchResult Result { get; }

    private protected override DataViewSchema Describe(DataViewSchema output) =>
        SearchResultAnnotation.Attach(output, _features, Result);

    private protected override IDataView Describe(IDataView output) =>
        SearchResultAnnotation.Attach(output, _features, Result);
}
