using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.Search;

namespace SswpNas.MLNet;

/// <summary>
/// A network without a classifier: pixels in, features out. The features carry the result that the network comes from down the
/// pipeline, where a later estimator finds it.
/// </summary>
public abstract class EncoderTransformer : OnnxPipelineTransformer
{
    private readonly string _features;
    private readonly EncoderResult _result;

    private protected EncoderTransformer(MLContext ml, OnnxExport export, EncoderResult result, int? threads)
        : base(ml, export.ToModel(), predictedLabel: "", threads)
    {
        (_features, _result) = (export.Features!, result);
    }

    private protected override DataViewSchema Describe(DataViewSchema output) =>
        SearchResultAnnotation.Attach(output, _features, _result);

    private protected override IDataView Describe(IDataView output) =>
        SearchResultAnnotation.Attach(output, _features, _result);
}
