using System.Numerics.Tensors;

namespace SswpNas.MLNet.Data;

/// <summary>The smallest and largest number of some pixels.</summary>
internal readonly record struct PixelSpan(float Min, float Max)
{
    public static PixelSpan Empty { get; } = new(float.PositiveInfinity, float.NegativeInfinity);

    /// <summary>The span of one image; NaN where a number is NaN.</summary>
    public static PixelSpan Of(ReadOnlySpan<float> pixels) =>
        // Both propagate NaN, so one look at the ends is enough.
        new(TensorPrimitives.Min(pixels), TensorPrimitives.Max(pixels));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"between {Min} and {Max}");

    /// <summary>With the numbers of one more image, of a row.</summary>
    public PixelSpan With(PixelSpan image, long row)
    {
        if (!float.IsFinite(image.Min) || !float.IsFinite(image.Max))
        {
            throw new InvalidDataException(
                $"Row {row} (the first is 0) has a pixel that is {(float.IsNaN(image.Min) ? "NaN" : "infinite")}; finite numbers were expected. Drop the row or correct its source.");
        }

        return new PixelSpan(Math.Min(Min, image.Min), Math.Max(Max, image.Max));
    }
}
