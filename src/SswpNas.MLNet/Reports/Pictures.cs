using SkiaSharp;
using SswpNas.MLNet.Onnx;

namespace SswpNas.MLNet.Reports;

/// <summary>Pictures of images out of the pixel column, all in the same range of brightness.</summary>
internal sealed class Pictures
{
    /// <summary>Of how many images there are small pictures at most.</summary>
    public const int MostSmall = 1000;

    private const int Side = 32;
    private const int Quality = 80;

    private readonly PixelColumn _pixels;
    private readonly IReadOnlyDictionary<long, float[]> _images;
    private readonly string? _model;
    private readonly PixelSpan _span = PixelSpan.Empty;

    /// <param name="pixels">Where the pixels are from.</param>
    /// <param name="images">Pixels by row.</param>
    /// <param name="model">An exported model for class activation maps; null for none.</param>
    public Pictures(PixelColumn pixels, IReadOnlyDictionary<long, float[]> images, string? model)
    {
        (_pixels, _images, _model) = (pixels, images, model);
        foreach ((long row, float[] image) in images) _span = _span.With(PixelSpan.Of(image), row);
    }

    /// <summary>The pictures of some answers, in their order.</summary>
    public IReadOnlyList<ReportImage> Of(IReadOnlyList<ReportAnswer> answers)
    {
        if (answers.Count == 0) return [];
        using ActivationMaps? maps = _model is null ? null : new ActivationMaps(_model);
        Quantiser quantiser = QuantiserOf(_pixels, _span);
        return [.. answers.Select(answer =>
        {
            float[] image = _images[answer.Number];
            byte[] bytes = quantiser.Quantise(image);
            ActivationMap? map = maps?.Of(image, answer.Predicted);
            return new ReportImage(
                answer, Png.Of(_pixels.Shape, bytes), map is null ? null : HeatPicture.Of(_pixels.Shape, bytes, map), _pixels.Shape.Width);
        })];
    }

    /// <summary>
    /// An image of less than 64 x 64, each pixel the mean of the square of pixels that it stands for, in the column's layout.
    /// </summary>
    public static float[] Reduce(PixelColumn pixels, float[] image)
    {
        int factor = Factor(pixels), side = pixels.Shape.Height / factor, channels = pixels.Shape.Channels;
        if (factor == 1) return image;
        float[] small = new float[channels * side * side];
        for (int i = 0; i < small.Length; i++)
        {
            (int c, int y, int x) = pixels.IsInterleaved
                ? (i % channels, i / channels / side, i / channels % side)
                : (i / (side * side), i / side % side, i % side);
            float sum = 0;
            for (int at = 0; at < factor * factor; at++)
            {
                int row = (y * factor) + (at / factor), column = (x * factor) + (at % factor), width = pixels.Shape.Width;
                sum += image[pixels.IsInterleaved ? (((row * width) + column) * channels) + c : (((c * width) + row) * width) + column];
            }

            small[i] = sum / (factor * factor);
        }

        return small;
    }

    /// <summary>Reduced images in one picture, row by row, each 32 x 32.</summary>
    public (byte[] Jpeg, int Columns, int Rows) Sheet(IReadOnlyList<float[]> images)
    {
        PixelSpan span = _span;
        for (int i = 0; i < images.Count; i++) span = span.With(PixelSpan.Of(images[i]), i);
        int side = _pixels.Shape.Height / Factor(_pixels), columns = (int)Math.Ceiling(Math.Sqrt(images.Count));
        int rows = (images.Count + columns - 1) / columns;
        Quantiser quantiser = QuantiserOf(_pixels with { Shape = new ImageShape(_pixels.Shape.Channels, side, side) }, span);
        using SKBitmap sheet = new(columns * Side, rows * Side, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using SKCanvas canvas = new(sheet);
        using SKPaint smooth = new() { FilterQuality = SKFilterQuality.Low };
        for (int i = 0; i < images.Count; i++)
        {
            using SKImage image = Png.Image(quantiser.Quantise(images[i]), _pixels.Shape.Channels, side);
            canvas.DrawImage(image, SKRect.Create(i % columns * Side, i / columns * Side, Side, Side), smooth);
        }

        using SKData jpeg = sheet.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return (jpeg.ToArray(), columns, rows);
    }

    private static int Factor(PixelColumn pixels) => Math.Max(1, pixels.Shape.Height / Side);

    private static Quantiser QuantiserOf(PixelColumn pixels, PixelSpan span) =>
        new(pixels, PixelRange.Of(span) ?? new PixelRange(span.Min, span.Max));
}
