using SswpNas.MLNet.Data;
using SswpNas.MLNet.Sampling;

namespace SswpNas.MLNet.Objectives.Views;

/// <summary>
/// Draws the two random views of each image (section 4.3). What a view looks like depends on (seed, purpose, step, row)
/// alone, so the views are the same on any number of threads.
/// </summary>
internal sealed class ViewRenderer(ViewOptions options, PixelNormalization normalization, int? threads = null)
{
    private readonly RowRenderer _rows = new(threads);
    private readonly ColorJitter _jitter =
        new(options.Brightness, options.Contrast, options.Saturation, options.Hue);

    private readonly PlaneWriter _writer = new(normalization);

    /// <summary>
    /// Writes 2N views of N images, each height x width x channels, normalised: the first views in rows 0 to N - 1, the
    /// second views of the same images in rows N to 2N - 1. Where the side is smaller than the images', the views are
    /// drawn as ever and then made smaller.
    /// </summary>
    public void Render(
        PixelStore store,
        ReadOnlySpan<int> images,
        int seed,
        RandomPurpose purpose,
        long step,
        int side,
        Span<float> destination)
    {
        _rows.Render(
            store, images, 2 * images.Length, PlaneWriter.Shape(store.Shape, side), destination, RenderView);

        void RenderView(Planes planes, ReadOnlySpan<byte> image, int row, Span<float> view)
        {
            RandomStream random = new(seed, purpose, step, row);
            Draw(ref random, image, planes);
            _writer.Write(planes, side, view);
        }
    }

    private void Draw(ref RandomStream random, ReadOnlySpan<byte> image, Planes planes)
    {
        CropBox crop = CropBox.Random(
            ref random,
            planes.Shape,
            (options.MinimumCropArea, options.MaximumCropArea),
            (options.MinimumAspectRatio, options.MaximumAspectRatio));
        bool mirrorColumns = random.NextBool(options.FlipProbability);
        bool mirrorRows = random.NextBool(options.VerticalFlipProbability);
        int quarterTurns = QuarterTurns(ref random, planes.Shape);

        // A turn by 90 degrees is a mirror image mirrored once more, at the diagonal.
        bool turnColumns = quarterTurns is 1 or 2;
        bool turnRows = quarterTurns is 2 or 3;
        CropResizer.Resize(image, crop, mirrorColumns != turnColumns, mirrorRows != turnRows, planes);
        if (quarterTurns is 1 or 3) planes.Transpose();

        if (random.NextBool(options.JitterProbability)) _jitter.Apply(ref random, planes);
        if (random.NextBool(options.GrayscaleProbability)) ColorJitter.ToGray(planes);
        if (random.NextBool(options.BlurProbability))
            GaussianBlur.Apply(planes, random.NextDouble(options.MinimumBlurSigma, options.MaximumBlurSigma));
    }

    private int QuarterTurns(ref RandomStream random, ImageShape shape)
    {
        if (!random.NextBool(options.Rotate90Probability)) return 0;
        return shape.Height == shape.Width ? 1 + random.NextInt(3) : 2;
    }
}
