using SswpNas.MLNet.Data.Loading;

namespace SswpNas.MLNet;

/// <summary>
/// Makes images of the paths in a text column, or of the image files that a column of bytes holds; see
/// <c>mlContext.SswpNas().LoadImages</c>.
/// </summary>
public sealed class ImageLoadEstimator : IEstimator<ImageLoadTransformer>
{
    private const string Role = "images";
    private const string Expected = "text, the path of an image a row, or a vector of Byte, the content of an image file a row";

    private readonly MLContext _ml;
    private readonly string _output;
    private readonly string _input;
    private readonly string _folder;
    private readonly ImageLoadOptions _options;

    internal ImageLoadEstimator(MLContext ml, string output, string input, string imageFolder, ImageLoadOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(output);
        ArgumentException.ThrowIfNullOrWhiteSpace(input);
        options.Validate();
        (_ml, _output, _input, _folder, _options) = (ml, output, input, imageFolder, options);
    }

    /// <summary>Looks for the column; no image is read.</summary>
    /// <param name="input">
    /// Data with a text column of paths, or a column of image files (PNG, JPEG, ...) as vectors of <see cref="byte"/>, of any length.
    /// </param>
    /// <returns>The transformer from paths or files to images.</returns>
    /// <exception cref="ArgumentException">
    /// The column is missing or holds neither text nor bytes, or it holds bytes and there is an image folder, or
    /// <see cref="ImageLoadOptions.SaveAsLoadImages"/> is set.
    /// </exception>
    public ImageLoadTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return SchemaColumns.Find(input.Schema, _input, Role).Type switch
        {
            TextDataViewType => new ImageLoadTransformer(
                _ml, _output, new PathLoader(_input, _folder, _options.Form, _options.Limits), _options,
                _ml.Transforms.LoadImages(_output, _folder, _input).Fit(input)),
            VectorDataViewType type when type.ItemType == NumberDataViewType.Byte => OfBytes(),
            DataViewType type => throw Refuse($"{type}"),
        };
    }

    /// <summary>The input's columns and the image.</summary>
    /// <param name="inputSchema">The input's columns.</param>
    /// <returns>What data will have.</returns>
    /// <exception cref="ArgumentException">The column is missing, or holds neither text nor bytes.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShape.Column column = SchemaColumns.Find(inputSchema, _input, Role);
        bool isText = column.Kind == SchemaShape.Column.VectorKind.Scalar && column.ItemType == TextDataViewType.Instance;
        bool isBytes = column.Kind != SchemaShape.Column.VectorKind.Scalar && column.ItemType == NumberDataViewType.Byte;
        if (!isText && !isBytes) throw Refuse($"a {column.Kind} of {column.ItemType}");
        return EstimatorSchema.WithImage(_ml, inputSchema, _output);
    }

    private ImageLoadTransformer OfBytes()
    {
        if (_folder.Length > 0)
        {
            throw new ArgumentException(
                $"The column '{_input}' holds image files, and imageFolder is '{_folder}'. Set imageFolder to an empty text: it is for columns of paths.");
        }

        if (_options.SaveAsLoadImages)
        {
            throw new ArgumentException(
                $"The column '{_input}' holds image files, and SaveAsLoadImages is set: ML.NET's LoadImages reads paths. Set "
                + "SaveAsImageColumn instead: a saved model then begins at the column of images.");
        }

        return new ImageLoadTransformer(_ml, _output, new EncodedLoader(_input, _options.Form, _options.Limits), _options, stock: null);
    }

    private ArgumentException Refuse(string came) => new($"The column '{_input}' holds {came}; expected: {Expected}.");
}
