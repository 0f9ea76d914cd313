namespace SswpNas.MLNet.Data;

/// <summary>
/// The images of a data set with their labels. Rows with a missing label are left out, or have
/// <see cref="LabelColumn.Missing"/> where they were asked for.
/// </summary>
internal sealed record LabelledPixels(PixelStore Pixels, int[] Labels, string[] ClassNames, long[] RowNumbers)
{
    /// <summary>The images that have a label.</summary>
    public int[] Labelled { get; } = [.. Enumerable.Range(0, Labels.Length).Where(n => Labels[n] != LabelColumn.Missing)];

    /// <summary>The images without one; none where they were not read.</summary>
    public int[] Unlabelled { get; } = [.. Enumerable.Range(0, Labels.Length).Where(n => Labels[n] == LabelColumn.Missing)];

    /// <summary>What a teacher sees in the images; null without a teacher column.</summary>
    public TeacherFeatures? Teacher { get; init; }

    /// <summary>What the images truly are, where a column says so; null without one.</summary>
    public int[]? Truth { get; init; }
}

/// <summary>The columns of which images are read.</summary>
/// <param name="Pixels">The pixel column.</param>
/// <param name="Label">The label column; null for none.</param>
/// <param name="Teacher">The column of a teacher's features; null for none.</param>
/// <param name="KeepsUnlabelled">Whether rows with a missing label are read too.</param>
/// <param name="Truth">A label column with the classes of all images, for reports alone; null for none.</param>
internal sealed record ImageColumns(
    string Pixels, string? Label = null, string? Teacher = null, bool KeepsUnlabelled = false, string? Truth = null);

/// <summary>How images are read.</summary>
internal sealed record PixelReading(PixelStorage Storage, int Threads)
{
    /// <summary>What the options say; null where it is to be found.</summary>
    public PixelRange? Stated { get; init; }

    /// <summary>That of the search whose network will see the images; null for none.</summary>
    public PixelRange? Searched { get; init; }

    /// <summary>The processes that read the same images, each its share.</summary>
    public Ranks Ranks { get; init; } = Ranks.Single;

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
        Read(data, new ImageColumns(pixelColumn), reading ?? PixelReading.Default, cancellation).Pixels;

    /// <summary>
    /// The images that have a label; the pixels of others are not asked for, so they may be anything. (ML.NET's
    /// parallel cursors may still work them out ahead.)
    /// </summary>
    /// <exception cref="ArgumentException">A column is missing, not one of square images, or not a key.</exception>
    /// <exception cref="InvalidDataException">A pixel is NaN, infinite or outside the range; or all images are alike.</exception>
    public static LabelledPixels ReadLabelled(
        IDataView data, string pixelColumn, string labelColumn, PixelReading? reading = null,
        CancellationToken cancellation = default) =>
        Read(data, new ImageColumns(pixelColumn, labelColumn), reading ?? PixelReading.Default, cancellation);

    /// <summary>
    /// The images that have a label, or all of them where unlabelled ones are kept; without labels and class names if no column
    /// is named.
    /// </summary>
    public static LabelledPixels Read(
        IDataView data, ImageColumns columns, PixelReading reading, CancellationToken cancellation)
    {
        LabelColumn? labels = columns.Label is null ? null : LabelColumn.Of(data.Schema, columns.Label);
        TeacherColumn? teacher = columns.Teacher is null ? null : TeacherColumn.Of(data.Schema, columns.Teacher);
        PixelColumn pixels = PixelColumn.Of(data.Schema, columns.Pixels);
        // How many rows have a label is not known before.
        bool all = labels is null || columns.KeepsUnlabelled;
        using PixelStoreWriter writer = new(pixels.Shape, reading.Storage, all ? data.GetRowCount() : null);
        PixelPass pass = new(pixels, labels, reading, writer)
        {
            Teacher = teacher,
            Truth = columns.Truth is null ? null : LabelColumn.OfTruth(data.Schema, columns.Truth, labels!),
            KeepsUnlabelled = columns.KeepsUnlabelled,
        };
        return pass.Run(data, cancellation);
    }
}
