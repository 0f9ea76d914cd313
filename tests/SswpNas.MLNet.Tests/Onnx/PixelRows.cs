using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.Data;

namespace SswpNas.MLNet.Tests.Onnx;

/// <summary>Images as a pipeline has them after ExtractPixels, with a label.</summary>
internal sealed class PixelRow
{
    public float[] Pixels { get; set; } = [];

    public string Class { get; set; } = "";
}

/// <summary>What a scored row holds.</summary>
internal sealed class ScoredRow
{
    public float[] Score { get; set; } = [];

    public uint PredictedLabel { get; set; }
}

internal static class PixelRows
{
    /// <summary>Images with a pixel column of three dimensions and a key column "Label" in the order of the names.</summary>
    public static IDataView View(MLContext ml, ImageShape image, IReadOnlyList<string> classNames, int count)
    {
        IEnumerable<PixelRow> rows = OnnxSamples.Pixels(count, image).Chunk(image.Size)
            .Select((pixels, i) => new PixelRow { Pixels = pixels, Class = classNames[i % classNames.Count] });
        IDataView view = ml.Data.LoadFromEnumerable(rows, Schema(image));
        return ml.Transforms.Conversion.MapValueToKey("Label", nameof(PixelRow.Class)).Fit(view).Transform(view);
    }

    public static SchemaDefinition Schema(ImageShape image)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(PixelRow));
        schema[nameof(PixelRow.Pixels)].ColumnType =
            new VectorDataViewType(NumberDataViewType.Single, image.Channels, image.Height, image.Width);
        return schema;
    }

    public static string[] KeyValues(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetKeyValues(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    public static string[] SlotNames(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}
