namespace SswpNas.MLNet.Data;

/// <summary>The labelled images of a data set; rows with a missing label are left out.</summary>
internal sealed record LabelledPixels(PixelStore Pixels, int[] Labels, string[] ClassNames, long[] RowNumbers);

/// <summary>How images are read.</summary>
internal sealed record PixelReading(PixelStorage Storage, int Threads)
{
    /// <summary>What the options say; null where it is to be found.</summary>
    public PixelRange? Stated { get; init; }

    /// <summary>That of the search whose network will see the images; null for none.</summary>
    public PixelRange? Searched { get; init; }

    /// <summary>Whose log says what the range is; null for none.</summary>
    public MLContext? Context { get; init; }

    public static PixelReading Default { get; } = new(PixelStorage.Memory, Environment.ProcessorCount);

    /// <summary>As the options of an estimator say.</summary>
    /// <exception cref="ArgumentException">The options state another range than the search had.</exception>
    public static PixelReading Of(
        MLContext ml, long memoryLimit, int? threads, PixelRange? stated, PixelRange? searched = null)
    {
        if (stated is not null && searched is not null && stated != searched)
        {
            throw new ArgumentException(
                $"PixelRange is {stated}; {searched} was expected, the range of the search's images. Leave PixelRange out, or "
                + "search again with it.");
        }

        return new PixelReading(new PixelStorage(memoryLimit, ml.TempFilePath), threads ?? Environment.ProcessorCount)
        {
            Stated = stated,
            Searched = searched,
            Context = ml,
        };
    }
}

/// <summary>Reads a pixel column into bytes, once, with only the needed columns active.</summary>
internal static class PixelReader
{
    /// <summary>All images.</summary>
    /// <exception cref="ArgumentException">The column is missing or not one of square images.</exception>
    /// <exception cref="InvalidDataException">A pixel is NaN, infinite or outside the range; or all images are alike.</exception>
    public static PixelStore Read(
        IDataView data, string pixelColumn, PixelReading? reading = null, CancellationToken cancellation = default) =>
        Read(data, pixelColumn, null, reading ?? PixelReading.Default, cancellation).Pixels;

    /// <summary>
    /// The images that have a label; the pixels of others are not asked for, so they may be anything. (ML.NET's
    /// parallel cursors may still work them out ahead.)
    /// </summary>
    /// <exception cref="ArgumentException">A column is missing, not one of square images, or not a key.</exception>
    /// <exception cref="InvalidDataException">A pixel is NaN, infinite or outside the range; or all images are alike.</exception>
    public static LabelledPixels ReadLabelled(
        IDataView data, string pixelColumn, string labelColumn, PixelReading? reading = null,
        CancellationToken cancellation = default) =>
        Read(data, pixelColumn, labelColumn, reading ?? PixelReading.Default, cancellation);

    /// <summary>The images that have a label, or all of them, without labels and class names, if no column is named.</summary>
    public static LabelledPixels Read(
        IDataView data, string pixelColumn, string? labelColumn, PixelReading reading, CancellationToken cancellation)
    {
        LabelColumn? labels = labelColumn is null ? null : LabelColumn.Of(data.Schema, labelColumn);
        PixelColumn pixels = PixelColumn.Of(data.Schema, pixelColumn);
        // How many rows have a label is not known before.
        using PixelStoreWriter writer = new(pixels.Shape, reading.Storage, labels is null ? data.GetRowCount() : null);
        return new PixelPass(pixels, labels, reading, writer).Run(data, cancellation);
    }
}
