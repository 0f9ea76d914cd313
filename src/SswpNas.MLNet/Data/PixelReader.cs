using Microsoft.ML;

namespace SswpNas.MLNet.Data;

/// <summary>The labelled images of a data set; rows with a missing label are left out.</summary>
/// <param name="Pixels">The images.</param>
/// <param name="Labels">Class numbers from 0, one an image.</param>
/// <param name="ClassNames">Names by class number, those without an image included.</param>
/// <param name="RowNumbers">Where each image stood in the data view; its first row is 0.</param>
internal sealed record LabelledPixels(PixelStore Pixels, int[] Labels, string[] ClassNames, long[] RowNumbers);

/// <summary>How images are read.</summary>
/// <param name="Storage">Where their bytes go.</param>
/// <param name="Threads">Threads that decode; the result does not depend on it.</param>
internal sealed record PixelReading(PixelStorage Storage, int Threads)
{
    public static PixelReading Default { get; } = new(PixelStorage.Memory, Environment.ProcessorCount);

    /// <summary>As the options of an estimator say.</summary>
    public static PixelReading Of(MLContext ml, long memoryLimit, int? threads) =>
        new(new PixelStorage(memoryLimit, ml.TempFilePath), threads ?? Environment.ProcessorCount);
}

/// <summary>Reads a pixel column into bytes, with only the needed columns active.</summary>
/// <remarks>
/// What stands for black and white is only known at the end, and the floats of a large data set do not fit in memory.
/// So images are quantised with the range of the images so far, and the data are read again if a later one does not
/// fit in: at once between the usual ranges (the first images were black), else after all have been looked at. Data in
/// the usual ranges are thus read once, others twice, and the result is that of two full passes.
/// </remarks>
internal static class PixelReader
{
    /// <summary>All images.</summary>
    /// <exception cref="ArgumentException">The column is missing or not one of square images.</exception>
    /// <exception cref="InvalidDataException">A pixel is NaN or infinite.</exception>
    /// <exception cref="IOException">The temporary file does not fit on its disk.</exception>
    public static PixelStore Read(
        IDataView data, string pixelColumn, PixelReading? reading = null, CancellationToken cancellation = default) =>
        Read(data, PixelColumn.Of(data.Schema, pixelColumn), null, reading, cancellation).Pixels;

    /// <summary>
    /// The images that have a label; the pixels of others are not asked for, so they may be anything. (ML.NET's
    /// parallel cursors may still work them out ahead.)
    /// </summary>
    /// <exception cref="ArgumentException">A column is missing, not one of square images, or not a key.</exception>
    /// <exception cref="InvalidDataException">A pixel is NaN or infinite.</exception>
    /// <exception cref="IOException">The temporary file does not fit on its disk.</exception>
    public static LabelledPixels ReadLabelled(
        IDataView data, string pixelColumn, string labelColumn, PixelReading? reading = null,
        CancellationToken cancellation = default)
    {
        LabelColumn labels = LabelColumn.Of(data.Schema, labelColumn);
        return Read(data, PixelColumn.Of(data.Schema, pixelColumn), labels, reading, cancellation);
    }

    /// <summary>The images that have a label, or all of them, without labels and class names, if no column is named.</summary>
    public static LabelledPixels Read(
        IDataView data, string pixelColumn, string? labelColumn, PixelReading reading, CancellationToken cancellation) =>
        labelColumn is null
            ? Read(data, PixelColumn.Of(data.Schema, pixelColumn), null, reading, cancellation) with { Labels = [] }
            : ReadLabelled(data, pixelColumn, labelColumn, reading, cancellation);

    private static LabelledPixels Read(
        IDataView data, PixelColumn pixels, LabelColumn? labels, PixelReading? reading, CancellationToken cancellation)
    {
        reading ??= PixelReading.Default;
        // How many rows have a label is not known before.
        using PixelStoreWriter writer = new(
            pixels.Shape, reading.Storage, labels is null ? data.GetRowCount() : null);
        PixelSpan span = PixelSpan.Empty;
        bool sawAll = false;
        while (true)
        {
            PixelPass pass = new(pixels, labels, span, writer);
            pass.Run(data, reading.Threads, cancellation);
            if (pass.Result() is LabelledPixels result) return result;
            if (sawAll)
            {
                throw new InvalidDataException(
                    $"The pixel column '{pixels.Column.Name}' gave other values when it was read again. Put "
                    + "mlContext.Data.Cache after what makes them random.");
            }

            (span, sawAll) = (pass.Span, pass.SawAll);
        }
    }
}
