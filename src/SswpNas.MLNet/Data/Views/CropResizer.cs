using System.Numerics;
using System.Runtime.CompilerServices;

namespace SswpNas.MLNet.Data.Views;

/// <summary>
/// Stretches a part of an image over the whole of it, bilinearly, optionally mirrored. A crop is never larger than its
/// image, so nothing is ever shrunk and antialiasing, which torchvision has, would change nothing.
/// </summary>
internal static class CropResizer
{
    private const float ByteScale = 1 / 255f;

    public static void Resize(
        ReadOnlySpan<byte> image, CropBox crop, bool mirrorColumns, bool mirrorRows, Planes planes)
    {
        (int channels, int height, int width) = planes.Shape;
        for (int x = 0; x < width; x++)
        {
            (int first, int second, float weight) = Taps.Of(mirrorColumns ? width - 1 - x : x, width, crop.Width);
            planes.Columns[x] = new(first * channels, second * channels, weight);
        }

        // First along the rows of the crop, of which there are fewer, then between them.
        for (int y = 0; y < crop.Height; y++)
        {
            int start = (((crop.Top + y) * width) + crop.Left) * channels;
            ToFloats(image.Slice(start, crop.Width * channels), planes.SourceRow);
            if (channels == 3) ResizeRow3(planes, y * width);
            else ResizeRow(planes, y * width);
        }

        for (int y = 0; y < height; y++)
        {
            Taps taps = Taps.Of(mirrorRows ? height - 1 - y : y, height, crop.Height);
            for (int c = 0; c < channels; c++)
            {
                ReadOnlySpan<float> rows = planes.Scratch(c);
                Span<float> destination = planes.Plane(c)[(y * width)..];
                Mix(rows[(taps.First * width)..], rows[(taps.Second * width)..], taps.SecondShare, destination, width);
            }
        }
    }

    private static void ToFloats(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (int i = 0; i < source.Length; i++) destination[i] = source[i] * ByteScale;
    }

    private static void ResizeRow(Planes planes, int offset)
    {
        Taps[] columns = planes.Columns;
        float[] source = planes.SourceRow;
        Span<float> destination = planes.Scratch(0).Slice(offset, columns.Length);
        for (int x = 0; x < destination.Length; x++)
        {
            Taps taps = columns[x];
            float left = source[taps.First];
            destination[x] = left + (taps.SecondShare * (source[taps.Second] - left));
        }
    }

    private static void ResizeRow3(Planes planes, int offset)
    {
        Taps[] columns = planes.Columns;
        ref float source = ref MemoryMarshal.GetArrayDataReference(planes.SourceRow);
        ref float red = ref planes.Scratch(0)[offset];
        ref float green = ref planes.Scratch(1)[offset];
        ref float blue = ref planes.Scratch(2)[offset];
        for (int x = 0; x < columns.Length; x++)
        {
            (int first, int second, float weight) = columns[x];
            ref float left = ref Unsafe.Add(ref source, first);
            ref float right = ref Unsafe.Add(ref source, second);
            Unsafe.Add(ref red, x) = left + (weight * (right - left));
            Unsafe.Add(ref green, x) = Mix(Unsafe.Add(ref left, 1), Unsafe.Add(ref right, 1), weight);
            Unsafe.Add(ref blue, x) = Mix(Unsafe.Add(ref left, 2), Unsafe.Add(ref right, 2), weight);
        }
    }

    private static float Mix(float first, float second, float weight) => first + (weight * (second - first));

    /// <summary>
    /// Writes whole vectors: what runs over the row's end is overwritten by the next row, or lies behind the plane.
    /// </summary>
    private static void Mix(
        ReadOnlySpan<float> first, ReadOnlySpan<float> second, float weight, Span<float> destination, int count)
    {
        for (int i = 0; i < count; i += Vector<float>.Count)
        {
            Vector<float> from = new(first[i..]);
            (from + (weight * (new Vector<float>(second[i..]) - from))).CopyTo(destination[i..]);
        }
    }
}
