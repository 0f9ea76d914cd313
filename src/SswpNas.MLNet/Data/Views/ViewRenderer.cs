using SswpNas.MLNet.Collectives;

namespace SswpNas.MLNet.Data.Views;

/// <summary>
/// Draws the two random views (or another number) of each image (section 4.3). What a view looks like depends on (seed, purpose, step, row)
/// alone, so the views are the same on any number of threads.
/// </summary>
internal sealed class ViewRenderer(ViewOptions options, PixelNormalization normalization, int? threads = null)
{
    private readonly RowRenderer _rows = new(normalization, threads);

    /// <summary>
    /// Writes 2N views of N images, each height x width x channels, normalised: the first views in rows 0 to N - 1, the
    /// second views of the same images in rows N to 2N - 1, and so on where more are asked for. Where the side is smaller than the images', the views are
    /// drawn as usual and then made smaller. Of a share, only its rows are written.
    /// </summary>
    public void Render(
        PixelStore store, ReadOnlySpan<int> images, int seed, RandomPurpose purpose, long step, int side,
        Span<float> destination, int views = 2, RowShare? share = null)
    {
        RowShare rows = share ?? RowShare.Whole(views * images.Length);
        _rows.Render(store, images, rows, RowRenderer.Shape(store.Shape, side), destination, RenderView);

        void RenderView(Planes planes, ReadOnlySpan<byte> image, int row, Span<float> view)
        {
            RandomStream random = new(seed, purpose, step, row);
            Draw(ViewPlan.Draw(ref random, options, planes.Shape), image, planes);
            _rows.Write(planes, side, view);
        }
    }

    private static void Draw(in ViewPlan plan, ReadOnlySpan<byte> image, Planes planes)
    {
        CropResizer.Resize(image, plan.Crop, plan.MirrorColumns, plan.MirrorRows, planes);
        if (plan.Transposed) planes.Transpose();
        if (plan.Jitter is JitterStep[] jitter) ColorJitter.Apply(jitter, planes);
        if (plan.Gray) ColorJitter.ToGray(planes);
        if (plan.BlurSigma is double sigma) GaussianBlur.Apply(planes, sigma);
    }
}
