using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Kind = Microsoft.ML.Transforms.Image.ImageResizingEstimator.ResizingKind;

namespace SswpNasTool.Models;

/// <summary>Finds out how a step resizes, which it does not say: by a wide image, white in the middle and red at its sides.</summary>
internal static class ResizingProbe
{
    private const int Height = 32;
    private const int Width = 2 * Height;

    /// <summary>The kind of resizing.</summary>
    /// <param name="ml">Where the data view is from.</param>
    /// <param name="step">The step.</param>
    /// <param name="column">The column of images that it takes.</param>
    public static Kind Of(MLContext ml, ImageResizingTransformer step, string column)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Image)].ColumnName = column;
        using MLImage wide = Wide();
        IDataView resized = step.Transform(ml.Data.LoadFromEnumerable([new Row { Image = wide }], schema));
        using MLImage image = resized.GetColumn<MLImage>(resized.Schema[resized.Schema.Count - 1].Name).Single();
        bool isGreenAtTop = Green(image, image.Width / 2, 0) > 127, isGreenAtLeft = Green(image, 0, image.Height / 2) > 127;
        return !isGreenAtTop ? Kind.IsoPad : isGreenAtLeft ? Kind.IsoCrop : Kind.Fill;
    }

    private static MLImage Wide()
    {
        byte[] rgba = new byte[4 * Width * Height];
        for (int i = 0; i < Width * Height; i++)
        {
            byte middle = i % Width is >= Height / 2 and < Width - (Height / 2) ? byte.MaxValue : byte.MinValue;
            (rgba[4 * i], rgba[(4 * i) + 1], rgba[(4 * i) + 2], rgba[(4 * i) + 3]) = (byte.MaxValue, middle, middle, byte.MaxValue);
        }

        return MLImage.CreateFromPixels(Width, Height, MLPixelFormat.Rgba32, rgba);
    }

    // Red or blue first, green is the second of the four bytes.
    private static byte Green(MLImage image, int x, int y) => image.Pixels[(4 * ((y * image.Width) + x)) + 1];

    private sealed class Row
    {
        // Any size: the type wants one.
        [ImageType(1, 1)]
        public MLImage? Image { get; set; }
    }
}
