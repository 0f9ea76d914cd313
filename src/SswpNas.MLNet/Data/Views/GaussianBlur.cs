using System.Numerics.Tensors;

namespace SswpNas.MLNet.Data.Views;

/// <summary>A Gaussian of 3 x 3 pixels; the image is reflected at its border, which is not repeated.</summary>
internal static class GaussianBlur
{
    /// <summary>Blurs an image of at least 2 x 2 pixels.</summary>
    public static void Apply(Planes planes, double sigma)
    {
        (float centre, float side) = Weights(sigma);
        for (int c = 0; c < planes.Shape.Channels; c++)
        {
            Span<float> plane = planes.Plane(c)[..planes.Pixels];
            Span<float> rows = planes.Scratch(c)[..planes.Pixels];
            AlongRows(plane, rows, planes.Shape.Width, centre, side);
            AcrossRows(rows, plane, planes.Shape.Width, centre, side);
        }
    }

    /// <summary>Of a pixel itself and of each of its two neighbours.</summary>
    public static (float Centre, float Side) Weights(double sigma)
    {
        double tail = Math.Exp(-0.5 / (sigma * sigma));
        return ((float)(1 / (1 + (2 * tail))), (float)(tail / (1 + (2 * tail))));
    }

    private static void AlongRows(
        ReadOnlySpan<float> source, Span<float> destination, int width, float centre, float side)
    {
        // The image as one long row; then the ends of its rows, which got their neighbours wrong.
        Smooth(source[1..^1], source, source[2..], destination[1..], centre, side);
        for (int left = 0; left < source.Length; left += width)
        {
            int right = left + width - 1;
            destination[left] = (centre * source[left]) + (2 * side * source[left + 1]);
            destination[right] = (centre * source[right]) + (2 * side * source[right - 1]);
        }
    }

    private static void AcrossRows(
        ReadOnlySpan<float> source, Span<float> destination, int width, float centre, float side)
    {
        Smooth(source[width..^width], source, source[(2 * width)..], destination[width..], centre, side);
        ReadOnlySpan<float> second = source.Slice(width, width);
        Smooth(source[..width], second, second, destination, centre, side);
        ReadOnlySpan<float> last = source[^width..];
        ReadOnlySpan<float> lastButOne = source[^(2 * width)..];
        Smooth(last, lastButOne, lastButOne, destination[^width..], centre, side);
    }

    /// <summary>centre * values + side * (before + after), as many as there are values.</summary>
    private static void Smooth(
        ReadOnlySpan<float> values, ReadOnlySpan<float> before, ReadOnlySpan<float> after, Span<float> destination,
        float centre, float side)
    {
        destination = destination[..values.Length];
        TensorPrimitives.Add(before[..values.Length], after[..values.Length], destination);
        TensorPrimitives.Multiply(destination, side, destination);
        TensorPrimitives.MultiplyAdd(values, centre, destination, destination);
    }
}
