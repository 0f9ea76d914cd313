namespace SswpNas.MLNet;

/// <summary>Makes images of the paths in a text column; see <c>mlContext.SswpNas().LoadImages</c>.</summary>
public sealed class ImageLoadEstimator : IEstimator<ImageLoadTransformer>
{
    private readonly MLContext _ml;
    private readonly string _input;
    private readonly string _folder;
    private readonly ImageLoadOptions _options;

    // ML.NET gives third parties no way to make an image column of a shape or a schema: its own step describes it.
    private readonly ImageLoadingEstimator _stock;

    internal ImageLoadEstimator(MLContext ml, string output, string input, string imageFolder, ImageLoadOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(output);
        ArgumentException.ThrowIfNullOrWhiteSpace(input);
        options.Validate();
        (_ml, _input, _folder, _options) = (ml, input, imageFolder, options);
        _stock = ml.Transforms.LoadImages(output, imageFolder, input);
    }

    /// <summary>Looks for the column of paths; no image is read.</summary>
    /// <param name="input">Data with a text column of paths.</param>
    /// <returns>The transformer from paths to images.</returns>
    /// <exception cref="ArgumentException">The column is missing or holds no text.</exception>
    public ImageLoadTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column paths = SchemaColumns.Find(input.Schema, _input, "paths");
        if (paths.Type is not TextDataViewType)
            throw new ArgumentException($"The column '{_input}' holds {paths.Type}; expected: text, the path of an image a row.");
        return new ImageLoadTransformer(_ml, _stock.Fit(input), _input, _folder, _options);
    }

    /// <summary>The input's columns and the image.</summary>
    /// <param name="inputSchema">The input's columns.</param>
    /// <returns>What data will have.</returns>
    /// <exception cref="ArgumentException">The column of paths is missing.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaColumns.Find(inputSchema, _input, "paths");
        return _stock.GetOutputSchema(inputSchema);
    }
}
