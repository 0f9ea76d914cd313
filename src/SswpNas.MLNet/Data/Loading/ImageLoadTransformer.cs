using SswpNas.MLNet.Data.Loading;

namespace SswpNas.MLNet;

/// <summary>
/// Makes images of paths, as a viewer shows them: turned, in sRGB, on a ground. Images are decoded as rows are read, any number
/// at a time.
/// </summary>
public sealed class ImageLoadTransformer : ITransformer
{
    private readonly MLContext _ml;
    private readonly ImageLoadingTransformer _stock;
    private readonly ImageLoader _loader;
    private readonly bool _savesStock;

    internal ImageLoadTransformer(MLContext ml, ImageLoadingTransformer stock, string input, string folder, ImageLoadOptions options)
    {
        (_ml, _stock, _savesStock) = (ml, stock, options.SaveAsLoadImages);
        _loader = new ImageLoader(input, folder, options.Form, options.Limits);
    }

    /// <summary>Always true: each row is read by itself.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The schema that <see cref="Transform"/> gives; no data are read.</summary>
    /// <param name="inputSchema">A schema with the column of paths.</param>
    /// <returns>The input's columns and the image.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The column of paths is missing or holds no text.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _stock.GetOutputSchema(inputSchema);

    /// <summary>Adds the images; they are decoded as rows are read.</summary>
    /// <param name="input">Data with the column of paths.</param>
    /// <returns>
    /// The input's columns and the image. Reading a row ends with an <see cref="IOException"/> that names the file where it is
    /// missing, damaged, cut short or too large.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The column of paths is missing or holds no text.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new LoadedView(input, _loader, GetOutputSchema(input.Schema));
    }

    /// <summary>The mapper behind <c>PredictionEngine</c>.</summary>
    /// <param name="inputSchema">A schema with the column of paths.</param>
    /// <returns>A mapper of single rows.</returns>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) =>
        new LoadedRowMapper(inputSchema, GetOutputSchema(inputSchema), _loader);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        if (!_savesStock)
        {
            throw new InvalidOperationException(
                "A saved model runs where only stock ML.NET is known, which cannot turn images, lay them on a ground or convert their "
                + "colours. Save the chain without this step, or set SaveAsLoadImages in its options to save ML.NET's LoadImages in its "
                + "place.");
        }

        ((ICanSaveModel)_stock).Save(ctx);
        if (_loader.SeenOtherwise == 0) return;
        using RunLog log = new(_ml, nameof(ImageLoadTransformer), "Save");
        log.Warn(
            $"ML.NET's LoadImages is saved in place of this step; {_loader.SeenOtherwise} images that were read are turned, transparent or "
            + "large, and look otherwise to it. Programs that score such images should decode them as examples/ScoreImages does.");
    }
}
