using System.Numerics.Tensors;

namespace SswpNas.MLNet.Data;

/// <summary>The smallest and largest number seen so far in a pixel column, and the range that they suggest.</summary>
internal readonly record struct PixelSpan(float Min, float Max)
{
    public static PixelSpan Empty { get; } = new(float.PositiveInfinity, float.NegativeInfinity);

    /// <summary>With the numbers of one more image.</summary>
    /// <exception cref="InvalidDataException">A number is NaN or infinite.</exception>
    public PixelSpan With(ReadOnlySpan<float> pixels, long row)
    {
        // Both propagate NaN, so one look at the ends is enough.
        float min = TensorPrimitives.Min(pixels);
        float max = TensorPrimitives.Max(pixels);
        if (!float.IsFinite(min) || !float.IsFinite(max))
        {
            throw new InvalidDataException(
                $"Row {row} (the first is 0) has a pixel that is {(float.IsNaN(min) ? "NaN" : "infinite")}; pixels "
                + "have to be finite numbers. Drop the row or mend what makes it.");
        }

        return new PixelSpan(Math.Min(Min, min), Math.Max(Max, max));
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
