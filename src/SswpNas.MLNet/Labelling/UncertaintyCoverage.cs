using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace SswpNas.MLNet.Labelling;

/// <summary>
/// How well labels cover what the model is unsure of (uncertainty coverage, Bae et al., ICLR 2025, arXiv 2412.20644): the sum over
/// images of how unsure the model is of each, times its likeness to the most alike one with a label. Likeness is a Gaussian kernel of
/// the features' distance, after their mean is taken away and they are brought to length 1. Its width is fixed; the paper narrows it as
/// labels grow more.
/// </summary>
internal sealed class UncertaintyCoverage
{
    // Of the squared distances, which are 2 on average. By measurement among 0.5, 0.7, 1 and 1.5.
    private const float SquaredWidth = 1;

    private readonly float[] _mean;
    private readonly float[][] _places;
    private readonly float[] _weights;
    private readonly float[] _covered;

    /// <param name="all">The images whose mean is the middle.</param>
    /// <param name="toCover">The images that are to be covered, weighted.</param>
    public UncertaintyCoverage(IReadOnlyList<ScoredImage> all, ImagesToCover toCover)
    {
        _mean = Mean(all);
        _places = [.. toCover.Images.Select(PlaceOf)];
        _weights = toCover.Weights;
        _covered = new float[_places.Length];
    }

    /// <summary>By how much the coverage grows with an image. It shrinks, or stays, with every image that is added.</summary>
    public double Gain(ScoredImage image)
    {
        float[] place = PlaceOf(image);
        double gain = 0;
        for (int i = 0; i < _places.Length; i++) gain += _weights[i] * Math.Max(0, Likeness(place, _places[i]) - _covered[i]);
        return gain;
    }

    /// <summary>Takes an image as labelled.</summary>
    public void Add(ScoredImage image)
    {
        float[] place = PlaceOf(image);
        for (int i = 0; i < _places.Length; i++) _covered[i] = Math.Max(_covered[i], Likeness(place, _places[i]));
    }

    private static float Likeness(float[] a, float[] b)
    {
        float distance = TensorPrimitives.Distance<float>(a, b);
        return MathF.Exp(-distance * distance / SquaredWidth);
    }

    private static float[] Mean(IReadOnlyList<ScoredImage> images)
    {
        double[] sum = new double[images[0].Features.Length];
        foreach (ScoredImage image in images)
            for (int i = 0; i < sum.Length; i++) sum[i] += image.Features[i];
        return [.. sum.Select(value => (float)(value / images.Count))];
    }

    private float[] PlaceOf(ScoredImage image)
    {
        float[] place = new float[_mean.Length];
        TensorPrimitives.Subtract(image.Features, _mean, place);
        float length = TensorPrimitives.Norm<float>(place);
        if (length > 0) TensorPrimitives.Divide(place, length, place);
        return place;
    }
}
