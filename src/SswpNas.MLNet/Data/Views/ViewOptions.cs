namespace SswpNas.MLNet;

/// <summary>
/// How the two random views of an image are drawn for the self-supervised objectives (paper, section 4.3). The views
/// are made in the order of the properties: crop and resize, flips, quarter turns, colour jitter, grayscale, blur.
/// </summary>
public sealed record ViewOptions
{
    /// <summary>The smallest part of the image's area that a crop takes: above 0 to 1, 0.08 by default (published code).</summary>
    public double MinimumCropArea { get; init; } = 0.08;

    /// <summary>The largest part of the image's area that a crop takes: MinimumCropArea to 1, 1 by default.</summary>
    public double MaximumCropArea { get; init; } = 1;

    /// <summary>The smallest width over height of a crop: 0.1 to 10, 3/4 by default.</summary>
    public double MinimumAspectRatio { get; init; } = 3.0 / 4;

    /// <summary>The largest width over height of a crop: MinimumAspectRatio to 10, 4/3 by default.</summary>
    public double MaximumAspectRatio { get; init; } = 4.0 / 3;

    /// <summary>How often a view is mirrored left to right: 0 to 1, 0.5 by default.</summary>
    public double FlipProbability { get; init; } = 0.5;

    /// <summary>
    /// How often a view is mirrored top to bottom: 0 to 1, 0 by default; for images without an upright position.
    /// </summary>
    public double VerticalFlipProbability { get; init; }

    /// <summary>
    /// How often a view is turned, by 90, 180 or 270 degrees alike: 0 to 1, 0 by default; for images without an upright
    /// position. Images that are not square are turned by 180 degrees only.
    /// </summary>
    public double Rotate90Probability { get; init; }

    /// <summary>How often the colours of a view are jittered: 0 to 1, 0.3 by default.</summary>
    public double JitterProbability { get; init; } = 0.3;

    /// <summary>
    /// Brightness is multiplied by a factor of 1 - b (not below 0) to 1 + b: b is 0 to 10, 0.8 by default.
    /// </summary>
    public double Brightness { get; init; } = 0.8;

    /// <summary>
    /// Contrast about the mean gray is multiplied by a factor of 1 - c (not below 0) to 1 + c: c is 0 to 10, 0.8 by
    /// default.
    /// </summary>
    public double Contrast { get; init; } = 0.8;

    /// <summary>
    /// Saturation is multiplied by a factor of 1 - s (not below 0) to 1 + s: s is 0 to 10, 0.8 by default. Images of
    /// one channel have none.
    /// </summary>
    public double Saturation { get; init; } = 0.8;

    /// <summary>
    /// The hue is shifted by up to this part of the colour circle, either way: 0 to 0.5, 0.2 by default. Images of one
    /// channel have none.
    /// </summary>
    public double Hue { get; init; } = 0.2;

    /// <summary>How often a view loses its colours (the number of channels stays): 0 to 1, 0.2 by default.</summary>
    public double GrayscaleProbability { get; init; } = 0.2;

    /// <summary>How often a view is blurred by a Gaussian of 3 x 3 pixels: 0 to 1, 0.2 by default.</summary>
    public double BlurProbability { get; init; } = 0.2;

    /// <summary>The smallest standard deviation of the blur, in pixels: 0.1 to 10, 1 by default.</summary>
    public double MinimumBlurSigma { get; init; } = 1;

    /// <summary>The largest standard deviation of the blur, in pixels: MinimumBlurSigma to 10, 2 by default.</summary>
    public double MaximumBlurSigma { get; init; } = 2;

    /// <summary>One sentence for every option out of range; none when all is well.</summary>
    internal IReadOnlyCollection<string> Problems(string prefix)
    {
        List<string> found = [];
        OptionCheck check = new(found, prefix);
        In(nameof(MinimumCropArea), MinimumCropArea, double.Epsilon, 1, "above 0 to 1");
        Ordered(nameof(MaximumCropArea), MaximumCropArea, nameof(MinimumCropArea), MinimumCropArea, 1);
        In(nameof(MinimumAspectRatio), MinimumAspectRatio, 0.1, 10, "0.1 to 10");
        Ordered(nameof(MaximumAspectRatio), MaximumAspectRatio, nameof(MinimumAspectRatio), MinimumAspectRatio, 10);
        Probability(nameof(FlipProbability), FlipProbability);
        Probability(nameof(VerticalFlipProbability), VerticalFlipProbability);
        Probability(nameof(Rotate90Probability), Rotate90Probability);
        Probability(nameof(JitterProbability), JitterProbability);
        In(nameof(Brightness), Brightness, 0, 10, "0 to 10");
        In(nameof(Contrast), Contrast, 0, 10, "0 to 10");
        In(nameof(Saturation), Saturation, 0, 10, "0 to 10");
        In(nameof(Hue), Hue, 0, 0.5, "0 to 0.5");
        Probability(nameof(GrayscaleProbability), GrayscaleProbability);
        Probability(nameof(BlurProbability), BlurProbability);
        In(nameof(MinimumBlurSigma), MinimumBlurSigma, 0.1, 10, "0.1 to 10");
        Ordered(nameof(MaximumBlurSigma), MaximumBlurSigma, nameof(MinimumBlurSigma), MinimumBlurSigma, 10);
        return found;

        void In(string name, double value, double low, double high, string expected) =>
            check.That(value >= low && value <= high, name, value, expected);

        void Probability(string name, double value) => check.Fraction(value, name);

        // An upper bound is not below its lower one; a lower one out of range is reported on its own.
        void Ordered(string name, double value, string lowerName, double lower, double high) => check.That(
            value > 0 && value <= high && !(value < lower && lower <= high), name, value,
            FormattableString.Invariant($"{lowerName} ({lower}) to {high}"));
    }
}
