using Microsoft.ML.Transforms.Image;

namespace SswpNas.MLNet.Data;

/// <summary>
/// Whether images in memory can be read again. ML.NET's transforms free images that have the wanted size already once they are
/// read. A search would succeed then, and the fine-tuning after it would not.
/// </summary>
internal static class SecondReading
{
    /// <summary>Looks for images in memory that the first reading has freed, and asks for the pixels of the first of them.</summary>
    /// <exception cref="InvalidOperationException">They cannot be read any more.</exception>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever it is, the first reading met no such thing.")]
    public static void Check(IDataView data, string pixelColumn)
    {
        DataViewSchema.Column? images = data.Schema.Cast<DataViewSchema.Column?>().FirstOrDefault(column => column!.Value.Type is ImageDataViewType);
        if (images is null) return;
        long row = 0;
        try
        {
            if (FirstFreed(data, images.Value) is not long freed) return;
            row = freed;
            // A cache has them all the same.
            DataViewSchema.Column pixels = data.Schema[pixelColumn];
            using DataViewRowCursor cursor = data.GetRowCursor([pixels]);
            VBuffer<float> values = default;
            for (long i = 0; i <= row; i++) cursor.MoveNext();
            cursor.GetGetter<VBuffer<float>>(pixels)(ref values);
        }
        catch (IOException)
        {
            // Images of files, one of which has gone by now: no matter of memory.
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidOperationException(
                $"The images can be read only once: row {row} of the column '{pixelColumn}' (the first is 0) cannot be read again ({e.Message.TrimEnd('.')}). "
                + "ML.NET frees images in memory as it reads them. Put AppendCacheCheckpoint(mlContext) after ExtractPixels, or "
                + "mlContext.Data.Cache around the pixels.",
                e);
        }
    }

    /// <summary>The first row whose image is in memory and freed; null for none, and for images that each reading makes anew.</summary>
    private static long? FirstFreed(IDataView data, DataViewSchema.Column images)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([images]), again = data.GetRowCursor([images]);
        ValueGetter<MLImage> getter = cursor.GetGetter<MLImage>(images), other = again.GetGetter<MLImage>(images);
        for (long row = 0; cursor.MoveNext() && again.MoveNext(); row++)
        {
            // A getter may dispose of what it is handed.
            MLImage? one = null, same = null;
            getter(ref one!);
            other(ref same!);
            if (one is null) continue;
            if (!ReferenceEquals(one, same))
            {
                one.Dispose();
                same?.Dispose();
                return null;
            }

            if (IsFreed(one)) return row;
        }

        return null;
    }

    private static bool IsFreed(MLImage image)
    {
        try
        {
            return image.Width < 0;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }
}
