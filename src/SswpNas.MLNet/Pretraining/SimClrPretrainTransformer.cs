using Microsoft.ML;
using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.Search;

namespace SswpNas.MLNet;

/// <summary>
/// A pre-trained network without a classifier: pixels in, features out. The features carry the pre-training result down the
/// pipeline, where a fine-tune estimator finds it.
/// </summary>
public sealed class SimClrPretrainTransformer : OnnxPipelineTransformer
{
    private readonly string _features;

    /// <param name="ml">The context of the pipeline.</param>
    /// <param name="export">The network without a classifier, its features named.</param>
    /// <param name="result">What the pre-training gave; handed down the pipeline as it is.</param>
    /// <param name="threads">Threads that score; null for all cores.</param>
    internal SimClrPretrainTransformer(MLContext ml, OnnxExport export, PretrainResult result, int? threads = null)
        : base(ml, export, "", threads)
    {
        _features = export.Features!;
        Result = result;
    }

    /// <summary>
    /// The network with its weights. It is not part of a saved model: keep it with <c>PretrainResult.Save</c>, or hand it on.
    /// </summary>
    public PretrainResult Result { get; }

    private protected override DataViewSchema Describe(DataViewSchema output) =>
        SearchResultAnnotation.Attach(output, _features, Result);

    private protected override IDataView Describe(IDataView output) =>
        SearchResultAnnotation.Attach(output, _features, Result);
}
