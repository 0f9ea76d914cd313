using SswpNas.MLNet.Collectives;

namespace SswpNas.MLNet.Data.Views;

/// <summary>
/// Varies training images: crop, mirror, colour jitter, normalisation, cutout. What an image looks like depends on
/// (seed, purpose, step, row) alone, so the batches are the same on any number of threads.
/// </summary>
internal sealed class TrainingAugmenter(
    AugmentationOptions options, PixelNormalization normalization, int? threads = null)
{
    private static readonly (double, double) AspectRatio = (3.0 / 4, 4.0 / 3);
    private readonly RowRenderer _rows = new(normalization, threads);
    private readonly ColorJitter _jitter =
        new(0.8 * options.ColorJitter, 0.8 * options.ColorJitter, 0.8 * options.ColorJitter, 0.2 * options.ColorJitter);

    /// <summary>Writes N images, each height x width x channels, normalised.</summary>
    /// <param name="store">Where the images are.</param>
    /// <param name="images">N indices into the store.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="step">Counts the batches from the run's first to its last.</param>
    /// <param name="destination">Room for all of them.</param>
    /// <param name="purpose">Which of a seed's independent streams to draw from.</param>
    /// <param name="side">The images' own side, or a smaller one to average them down to; null for their own.</param>
    /// <param name="share">The rows to write; null for all.</param>
    public void Render(
        PixelStore store, ReadOnlySpan<int> images, int seed, long step, Span<float> destination,
        RandomPurpose purpose = RandomPurpose.Augmentation, int? side = null, RowShare? share = null)
    {
        int whole = store.Shape.Height;
        ImageShape shape = RowRenderer.Shape(store.Shape, side ?? whole);
        int cutout = options.CutoutLength * shape.Height / whole;
        _rows.Render(store, images, share ?? RowShare.Whole(images.Length), shape, destination, RenderRow);

        void RenderRow(Planes planes, ReadOnlySpan<byte> image, int row, Span<float> result)
        {
            RandomStream random = new(seed, purpose, step, row);
            Crop(ref random, image, planes);
            if (options.Rotate90Probability > 0 && random.NextBool(options.Rotate90Probability)) planes.Turn(1 + random.NextInt(3));
            if (options.ColorJitter > 0) _jitter.Apply(ref random, planes);
            _rows.Write(planes, shape.Height, result);
            if (cutout > 0) Cutout(ref random, shape, cutout, result);
        }
    }

    private void Crop(ref RandomStream random, ReadOnlySpan<byte> image, Planes planes)
    {
        if (options.MinimumCropArea < 1)
        {
            CropBox box = CropBox.Random(ref random, planes.Shape, (options.MinimumCropArea, 1), AspectRatio);
            CropResizer.Resize(image, box, random.NextBool(options.FlipProbability), false, planes);
            return;
        }

        int padding = options.CropPadding ?? planes.Shape.Height / 8;
        int down = random.NextInt((2 * padding) + 1) - padding;
        int right = random.NextInt((2 * padding) + 1) - padding;
        PaddedCrop(image, down, right, random.NextBool(options.FlipProbability), planes);
    }

    /// <summary>The image moved by so many pixels, then mirrored; what comes into sight has the mean colour.</summary>
    private void PaddedCrop(ReadOnlySpan<byte> image, int down, int right, bool mirror, Planes planes)
    {
        (int channels, int height, int width) = planes.Shape;
        (int top, int bottom) = (Math.Max(0, down), Math.Min(height, height + down));
        (int left, int end) = (Math.Max(0, right), Math.Min(width, width + right));
        for (int c = 0; c < channels; c++)
        {
            Span<float> plane = planes.Plane(c)[..planes.Pixels];
            plane.Fill(normalization.Mean[c]);
            for (int y = top; y < bottom; y++)
            {
                ReadOnlySpan<byte> source = image.Slice((y - down) * width * channels, width * channels);
                Span<float> target = plane.Slice(y * width, width);
                for (int x = left; x < end; x++)
                    target[mirror ? width - 1 - x : x] = source[((x - right) * channels) + c] * (1 / 255f);
            }
        }
    }

    /// <summary>A square about a pixel of the image, cut off at the border, as DARTS has it; 0 is the mean.</summary>
    private static void Cutout(ref RandomStream random, ImageShape shape, int side, Span<float> image)
    {
        (int top, int bottom) = Extent(random.NextInt(shape.Height), shape.Height);
        (int left, int right) = Extent(random.NextInt(shape.Width), shape.Width);
        for (int y = top; y < bottom; y++)
            image.Slice(((y * shape.Width) + left) * shape.Channels, (right - left) * shape.Channels).Clear();

        (int, int) Extent(int centre, int length)
        {
            int start = centre - (side / 2);
            return (Math.Max(0, start), Math.Min(length, start + side));
        }
    }
}
