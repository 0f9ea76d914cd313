using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace SswpNas.MLNet.Data.Views;

/// <summary>
/// One image as floats of 0 to 1, channel after channel, with the scratch memory of the operations on it: what one
/// thread works in. Every plane is followed by a little unused memory, so loops may go on to the end of their last
/// vector.
/// </summary>
internal sealed class Planes
{
    private readonly float[] _values;
    private readonly float[] _scratch;
    private readonly int _stride;

    public Planes(ImageShape shape)
    {
        Shape = shape;
        int vector = Vector<float>.Count;
        _stride = ((Pixels + vector - 1) / vector * vector) + vector;
        _values = new float[_stride * shape.Channels];
        _scratch = new float[_stride * shape.Channels];
        Columns = new Taps[shape.Width];
        SourceRow = new float[((shape.Width + 1) * shape.Channels) + vector];
    }

    public ImageShape Shape { get; }

    public int Pixels => Shape.Height * Shape.Width;

    /// <summary>Where each column of a resized image is read; scratch of <see cref="CropResizer"/>.</summary>
    public Taps[] Columns { get; }

    /// <summary>A row of the source as floats; scratch of <see cref="CropResizer"/>.</summary>
    public float[] SourceRow { get; }

    /// <summary>A channel, height x width, and the unused memory behind it.</summary>
    public Span<float> Plane(int channel) => _values.AsSpan(channel * _stride, _stride);

    /// <summary>A channel as whole vectors; the last ones may reach beyond the image.</summary>
    public Span<Vector<float>> AsVectors(int channel) => MemoryMarshal.Cast<float, Vector<float>>(Plane(channel));

    /// <summary>Memory of the size of <see cref="Plane"/>, with nothing of worth in it.</summary>
    public Span<float> Scratch(int channel) => _scratch.AsSpan(channel * _stride, _stride);

    /// <summary>Mirrors a square image at its main diagonal.</summary>
    public void Transpose()
    {
        int width = Shape.Width;
        for (int c = 0; c < Shape.Channels; c++)
        {
            Span<float> plane = Plane(c);
            for (int y = 1; y < width; y++)
            {
                for (int x = 0; x < y; x++)
                    (plane[(y * width) + x], plane[(x * width) + y]) = (plane[(x * width) + y], plane[(y * width) + x]);
            }
        }
    }

    /// <summary>Turns a square image by so many quarters, 1 to 3.</summary>
    public void Turn(int quarters)
    {
        if (quarters is 1 or 3) Transpose();
        for (int c = 0; c < Shape.Channels; c++)
        {
            Span<float> plane = Plane(c)[..Pixels];
            if (quarters != 1) plane.Reverse();
            if (quarters != 2) ReverseRows(plane);
        }

        void ReverseRows(Span<float> plane)
        {
            for (int y = 0; y < Shape.Height; y++) plane.Slice(y * Shape.Width, Shape.Width).Reverse();
        }
    }

    /// <summary>Writes height x width x channels normalised values.</summary>
    public void WriteNormalized(PixelNormalization normalization, Span<float> destination)
    {
        ref float output = ref MemoryMarshal.GetReference(destination[..Shape.Size]);
        if (Shape.Channels == 1)
        {
            TensorPrimitives.Subtract(Plane(0)[..Pixels], normalization.Mean[0], destination);
            TensorPrimitives.Multiply(destination[..Pixels], 1 / normalization.StandardDeviation[0], destination);
            return;
        }

        (float mean0, float mean1, float mean2) = (normalization.Mean[0], normalization.Mean[1], normalization.Mean[2]);
        float[] deviation = normalization.StandardDeviation;
        (float scale0, float scale1, float scale2) = (1 / deviation[0], 1 / deviation[1], 1 / deviation[2]);
        ref float red = ref MemoryMarshal.GetReference(Plane(0));
        ref float green = ref MemoryMarshal.GetReference(Plane(1));
        ref float blue = ref MemoryMarshal.GetReference(Plane(2));
        for (int i = 0; i < Pixels; i++)
        {
            Unsafe.Add(ref output, 3 * i) = (Unsafe.Add(ref red, i) - mean0) * scale0;
            Unsafe.Add(ref output, (3 * i) + 1) = (Unsafe.Add(ref green, i) - mean1) * scale1;
            Unsafe.Add(ref output, (3 * i) + 2) = (Unsafe.Add(ref blue, i) - mean2) * scale2;
        }
    }
}

/// <summary>The two source positions between which a value is interpolated, and the weight of the second.</summary>
internal readonly record struct Taps(int First, int Second, float SecondShare)
{
    /// <summary>
    /// For position <paramref name="index"/> of <paramref name="count"/> when <paramref name="length"/> source pixels
    /// are stretched over them, the outer edges of both aligned ("align_corners = false").
    /// </summary>
    public static Taps Of(int index, int count, int length)
    {
        double position = Math.Max(0, ((index + 0.5) * length / count) - 0.5);
        int first = Math.Min((int)position, length - 1);
        return new(first, Math.Min(first + 1, length - 1), (float)(position - first));
    }
}
