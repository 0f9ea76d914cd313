namespace SswpNas.MLNet.Data;

/// <summary>
/// Whether images in memory can be read again. ML.NET's transforms free an image once it is read where it has the wanted size
/// already, so a search would succeed and the fine-tuning after it would not.
/// </summary>
internal static class SecondReading
{
    /// <summary>Reads the first row again, where the data have images that are not read from files.</summary>
    /// <exception cref="InvalidOperationException">It cannot be read any more.</exception>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever it is, the first reading met no such thing.")]
    public static void Check(IDataView data, string pixelColumn)
    {
        if (!data.Schema.Any(column => column.Type is Microsoft.ML.Transforms.Image.ImageDataViewType)) return;
        DataViewSchema.Column pixels = data.Schema[pixelColumn];
        try
        {
            using DataViewRowCursor cursor = data.GetRowCursor([pixels]);
            VBuffer<float> values = default;
            if (cursor.MoveNext()) cursor.GetGetter<VBuffer<float>>(pixels)(ref values);
        }
        catch (Exception e) when (e is not (OutOfMemoryException or IOException))
        {
            throw new InvalidOperationException(
                $"The images can be read only once: the first row of the column '{pixelColumn}' cannot be read again ({e.Message.TrimEnd('.')}). ML.NET "
                + "frees images in memory that have the wanted size already. Put AppendCacheCheckpoint(mlContext) after ExtractPixels, "
                + "or mlContext.Data.Cache around the pixels.",
                e);
        }
    }
}
