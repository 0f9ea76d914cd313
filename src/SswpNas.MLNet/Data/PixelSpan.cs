using System.Numerics.Tensors;

namespace SswpNas.MLNet.Data;

/// <summary>The smallest and largest number seen so far in a pixel column, and the range that they suggest.</summary>
internal readonly record struct PixelSpan(float Min, float Max)
{
    public static PixelSpan Empty { get; } = new(float.PositiveInfinity, float.NegativeInfinity);

    /// <summary>The span of one image; NaN where a number is none.</summary>
    public static PixelSpan Of(ReadOnlySpan<float> pixels) =>
        // Both propagate NaN, so one look at the ends is enough.
        new(TensorPrimitives.Min(pixels), TensorPrimitives.Max(pixels));

    /// <summary>With the numbers of one more image, of a row.</summary>
    /// <exception cref="InvalidDataException">A number is NaN or infinite.</exception>
    public PixelSpan With(PixelSpan image, long row)
    {
        if (!float.IsFinite(image.Min) || !float.IsFinite(image.Max))
        {
            throw new InvalidDataException(
                $"Row {row} (the first is 0) has a pixel that is {(float.IsNaN(image.Min) ? "NaN" : "infinite")}; pixels "
                + "have to be finite numbers. Drop the row or mend what makes it.");
        }

        return new PixelSpan(Math.Min(Min, image.Min), Math.Max(Max, image.Max));
    }

    /// <summary>
    /// 0..1, 0..255 or -1..1 where everything fits in, in this order; else what was seen. White is above black also
    /// where all pixels are the same.
    /// </summary>
    public PixelRange Range => this switch
    {
        { Min: >= 0, Max: <= 1 } => new PixelRange(0, 1),
        { Min: >= 0, Max: <= 255 } => new PixelRange(0, 255),
        { Min: >= -1, Max: <= 1 } => new PixelRange(-1, 1),
        _ when Min == Max => new PixelRange(Min, Min + Math.Max(1, Math.Abs(Min))),
        _ => new PixelRange(Min, Max),
    };

    /// <summary>Whether the range is one of the usual three, which do not creep with every image.</summary>
    public bool IsUsual => this is { Min: >= -1, Max: <= 1 } or { Min: >= 0, Max: <= 255 };
}
