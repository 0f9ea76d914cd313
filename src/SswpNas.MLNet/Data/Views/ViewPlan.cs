namespace SswpNas.MLNet.Data.Views;

/// <summary>
/// All that is random in a view, drawn before anything of it is computed, so that views computed on a device are those
/// that the CPU would have drawn. The steps are made in this order.
/// </summary>
/// <param name="Crop">What is stretched over the view.</param>
/// <param name="MirrorColumns">Whether it is mirrored left to right while it is stretched.</param>
/// <param name="MirrorRows">Whether it is mirrored top to bottom.</param>
/// <param name="Transposed">Whether rows and columns then change places; with mirrored ones that is a quarter turn.</param>
/// <param name="Jitter">How the colours change; null for not at all.</param>
/// <param name="Gray">Whether the colours go.</param>
/// <param name="BlurSigma">Standard deviation of the blur in pixels; null for none.</param>
internal readonly record struct ViewPlan(
    CropBox Crop, bool MirrorColumns, bool MirrorRows, bool Transposed, JitterStep[]? Jitter, bool Gray, double? BlurSigma)
{
    public static ViewPlan Draw(ref RandomStream random, ViewOptions options, ImageShape shape)
    {
        CropBox crop = CropBox.Random(
            ref random,
            shape,
            (options.MinimumCropArea, options.MaximumCropArea),
            (options.MinimumAspectRatio, options.MaximumAspectRatio));
        bool mirrorColumns = random.NextBool(options.FlipProbability);
        bool mirrorRows = random.NextBool(options.VerticalFlipProbability);
        int quarterTurns = QuarterTurns(ref random, options, shape);

        // A turn by 90 degrees is a mirror image mirrored once more, at the diagonal.
        bool turnColumns = quarterTurns is 1 or 2;
        bool turnRows = quarterTurns is 2 or 3;
        JitterStep[]? jitter = random.NextBool(options.JitterProbability) ? Colors(options).Draw(ref random) : null;
        bool gray = random.NextBool(options.GrayscaleProbability);
        double? sigma = random.NextBool(options.BlurProbability)
            ? random.NextDouble(options.MinimumBlurSigma, options.MaximumBlurSigma)
            : null;
        return new ViewPlan(
            crop, mirrorColumns != turnColumns, mirrorRows != turnRows, quarterTurns is 1 or 3, jitter, gray, sigma);
    }

    private static ColorJitter Colors(ViewOptions options) =>
        new(options.Brightness, options.Contrast, options.Saturation, options.Hue);

    private static int QuarterTurns(ref RandomStream random, ViewOptions options, ImageShape shape)
    {
        if (!random.NextBool(options.Rotate90Probability)) return 0;
        return shape.Height == shape.Width ? 1 + random.NextInt(3) : 2;
    }
}
