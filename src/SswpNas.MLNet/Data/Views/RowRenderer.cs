using System.Collections.Concurrent;
using SswpNas.MLNet.Collectives;

namespace SswpNas.MLNet.Data.Views;

/// <summary>Renders one row of a batch, height x width x channels floats, from its image.</summary>
internal delegate void RenderRow(Planes planes, ReadOnlySpan<byte> image, int row, Span<float> destination);

/// <summary>Renders the rows of a batch on several threads; each thread borrows its memory from a pool.</summary>
internal sealed class RowRenderer(PixelNormalization normalization, int? threads)
{
    private readonly ParallelOptions _parallel =
        new() { MaxDegreeOfParallelism = threads ?? Environment.ProcessorCount };

    private readonly ConcurrentBag<Planes> _pool = [];
    private readonly ConcurrentDictionary<(int From, int To), AreaAverage> _averages = new();

    /// <summary>The shape of what is written of an image; a smaller side is for square images.</summary>
    public static ImageShape Shape(ImageShape image, int side) =>
        side == image.Height ? image : new ImageShape(image.Channels, side, side);

    /// <summary>Writes side x side x channels normalised values, or the whole image where the side is its own.</summary>
    public void Write(Planes planes, int side, Span<float> destination)
    {
        int height = planes.Shape.Height;
        if (side == height) planes.WriteNormalized(normalization, destination);
        else _averages.GetOrAdd((height, side), key => new AreaAverage(key.From, key.To)).WriteNormalized(planes, normalization, destination);
    }

    /// <summary>
    /// Row r is made of image r modulo the number of images and has the shape of the output; only rows of the share are written.
    /// </summary>
    public unsafe void Render(
        PixelStore store, ReadOnlySpan<int> images, RowShare share, ImageShape output, Span<float> destination, RenderRow render)
    {
        (int first, int rows) = (share.First, share.Count);
        ImageShape shape = store.Shape;
        int size = output.Size;
        if (destination.Length < (long)rows * size)
        {
            throw new ArgumentException(
                $"{rows} images of {output} need {(long)rows * size} floats; room for {destination.Length} came.",
                nameof(destination));
        }

        fixed (int* pinnedImages = images)
        fixed (float* pinnedDestination = destination)
        {
            // A lambda may not capture what "fixed" declares, but copies of it.
            (nint indices, int count, nint target) = ((nint)pinnedImages, images.Length, (nint)pinnedDestination);
            Parallel.For(0, rows, _parallel, () => Borrow(shape), RenderOne, _pool.Add);

            Planes RenderOne(int place, ParallelLoopState state, Planes planes)
            {
                int row = first + place, image = ((int*)indices)[row % count];
                render(planes, store[image], row, new Span<float>((float*)target + ((long)place * size), size));
                return planes;
            }
        }
    }

    private Planes Borrow(ImageShape shape) =>
        _pool.TryTake(out Planes? planes) && planes.Shape == shape ? planes : new(shape);
}
