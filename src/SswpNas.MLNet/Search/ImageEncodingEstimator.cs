using SswpNas.MLNet.Onnx;

namespace SswpNas.MLNet;

/// <summary>
/// Turns images into the features of a search that is there already, for example <see cref="SearchResult.Load(string)"/>ed: nothing is
/// trained. For a linear probe (section 6.2), for clustering, or for any trainer of ML.NET.
/// </summary>
public sealed class ImageEncodingEstimator : IEstimator<SswpNasSearchTransformer>
{
    private readonly MLContext _ml;
    private readonly SearchResult _result;
    private readonly string _output;
    private readonly string _input;

    internal ImageEncodingEstimator(MLContext ml, SearchResult searchResult, string outputColumnName, string inputColumnName)
    {
        ArgumentNullException.ThrowIfNull(searchResult);
        ArgumentException.ThrowIfNullOrWhiteSpace(outputColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(inputColumnName);
        OptionCheck.ThrowIfAny([.. EstimatorSchema.NameProblems(inputColumnName, outputColumnName)], "The columns");
        (_ml, _result, _output, _input) = (ml, searchResult, outputColumnName, inputColumnName);
    }

    /// <summary>The shape of what the transformer gives.</summary>
    /// <param name="inputSchema">A shape with the pixel column.</param>
    /// <returns>The input's columns and the features, a vector of <see cref="float"/>.</returns>
    /// <exception cref="ArgumentException">The pixel column is missing or not a vector of <see cref="float"/>.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        PixelColumn.Check(inputSchema, _input);
        return EstimatorSchema.WithFeatures(_ml, inputSchema, _output);
    }

    /// <summary>Makes the transformer; no row is read.</summary>
    /// <param name="input">Data with the pixel column: images of the size and channels that were searched on.</param>
    /// <returns>The transformer from pixels to features.</returns>
    /// <exception cref="ArgumentException">The pixel column is missing, or its images are of another shape.</exception>
    /// <exception cref="InvalidOperationException">libtorch cannot be loaded.</exception>
    public SswpNasSearchTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        PixelColumn column = PixelColumn.Of(input.Schema, _input);
        _result.Network.CheckImage(column.Shape);
        return _result.Network.Export(
            _input, column.IsInterleaved, _output, export => new SswpNasSearchTransformer(_ml, export, _result));
    }
}
