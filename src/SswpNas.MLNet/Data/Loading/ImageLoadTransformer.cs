using Microsoft.ML.Transforms.Image;
using SswpNas.MLNet.Data.Loading;

namespace SswpNas.MLNet;

/// <summary>
/// Makes images of paths or of image files in memory, as a viewer shows them: turned, in sRGB, on a ground. Images are decoded as
/// rows are read, any number at a time.
/// </summary>
public sealed class ImageLoadTransformer : ITransformer
{
    private readonly MLContext _ml;
    private readonly string _output;
    private readonly ImageLoader _loader;
    private readonly ImageLoadOptions _options;
    private readonly ImageLoadingTransformer? _stock;

    /// <param name="ml">Whose log gets what a saved model lacks.</param>
    /// <param name="output">The column of images.</param>
    /// <param name="loader">Makes them.</param>
    /// <param name="options">What a saved model has.</param>
    /// <param name="stock">ML.NET's own step, for paths.</param>
    internal ImageLoadTransformer(MLContext ml, string output, ImageLoader loader, ImageLoadOptions options, ImageLoadingTransformer? stock) =>
        (_ml, _output, _loader, _options, _stock) = (ml, output, loader, options, stock);

    /// <summary>Always true: each row is read by itself.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The schema that <see cref="Transform"/> gives; no data are read.</summary>
    /// <param name="inputSchema">A schema with the column of paths or files.</param>
    /// <returns>The input's columns and the image.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type than that of the fit.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (_stock is not null) return _stock.GetOutputSchema(inputSchema);
        DataViewType? type = inputSchema.GetColumnOrNull(_loader.Input)?.Type;
        if (type is not VectorDataViewType vector || vector.ItemType != NumberDataViewType.Byte)
        {
            string came = type is null ? $"There is no column '{_loader.Input}'" : $"The column '{_loader.Input}' holds {type}";
            throw new ArgumentOutOfRangeException(null, $"{came}; a vector of Byte, the content of an image file a row, was expected.");
        }

        DataViewSchema.Builder builder = new();
        builder.AddColumns(inputSchema);
        builder.AddColumn(_output, new ImageDataViewType());
        return builder.ToSchema();
    }

    /// <summary>Adds the images; they are decoded as rows are read.</summary>
    /// <param name="input">Data with the column of paths or files.</param>
    /// <returns>
    /// The input's columns and the image. Reading a row ends with an <see cref="IOException"/> that names the file or the row where it
    /// is missing, damaged, cut short or too large.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type than that of the fit.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new LoadedView(input, _loader, GetOutputSchema(input.Schema));
    }

    /// <summary>The mapper behind <c>PredictionEngine</c>.</summary>
    /// <param name="inputSchema">A schema with the column of paths or files.</param>
    /// <returns>A mapper of single rows.</returns>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) =>
        new LoadedRowMapper(inputSchema, GetOutputSchema(inputSchema), _loader);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        if (!_options.SaveAsLoadImages && !_options.SaveAsImageColumn)
        {
            throw new InvalidOperationException(
                "A saved model runs where only stock ML.NET is known, which cannot turn images, lay them on a ground or convert their "
                + "colours. Save the chain without this step, or set in its options SaveAsLoadImages to save ML.NET's LoadImages in its "
                + "place (paths only), or SaveAsImageColumn to save nothing in its place.");
        }

        if (_options.SaveAsLoadImages) SaveAs(ctx, _stock!, "ML.NET's LoadImages is saved in place of this step");
        else SaveAs(ctx, new TransformerChain<ITransformer>(), $"The saved model begins at the column '{_output}'");
    }

    private void SaveAs(ModelSaveContext ctx, ICanSaveModel stock, string saved)
    {
        stock.Save(ctx);
        using RunLog log = new(_ml, nameof(ImageLoadTransformer), "Save");
        if (_loader.SeenOtherwise > 0)
        {
            log.Warn(
                $"{saved}; {_loader.SeenOtherwise} images that were read are turned, transparent or large, and look otherwise to ML.NET. "
                + "Programs that score such images should decode them as examples/ScoreImages does.");
        }
        else if (!_options.SaveAsLoadImages)
        {
            log.Info($"{saved}: the program that scores makes the images, for example by MLImage.CreateFromStream.");
        }
    }
}
