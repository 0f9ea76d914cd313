namespace SswpNas.MLNet.Data.Views;

/// <summary>How training images with labels are varied: DARTS' recipe, and stronger means for few labels.</summary>
internal sealed record AugmentationOptions
{
    /// <summary>How often an image is mirrored left to right, 0 to 1.</summary>
    public double FlipProbability { get; init; } = 0.5;

    /// <summary>How often an image is turned, by 90, 180 or 270 degrees alike, 0 to 1.</summary>
    public double Rotate90Probability { get; init; }

    /// <summary>
    /// Pixels of mean colour that are put around the image before a part of its size is cut out; null: an eighth of the
    /// height.
    /// </summary>
    public int? CropPadding { get; init; }

    /// <summary>Side in pixels of the square that is blotted out with the mean colour; 0: none.</summary>
    public int CutoutLength { get; init; }

    /// <summary>
    /// Below 1: instead of the padded crop, a part of at least this share of the area is stretched over the image, as
    /// for the views; above 0 to 1.
    /// </summary>
    public double MinimumCropArea { get; init; } = 1;

    /// <summary>
    /// Colour jitter s: brightness, contrast and saturation change by up to 0.8 s, hue by up to 0.2 s; 0: none, up to
    /// 1.
    /// </summary>
    public double ColorJitter { get; init; }
}
