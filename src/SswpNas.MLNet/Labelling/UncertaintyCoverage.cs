using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace SswpNas.MLNet.Labelling;

/// <summary>
/// How well labels cover what the model is unsure of (uncertainty coverage, Bae et al., ICLR 2025, arXiv 2412.20644): the sum over
/// images of how unsure the model is of each, times its likeness to the most alike one with a label. Likeness is a Gaussian kernel of
/// the features' distance, after their mean is taken away and they are brought to length 1.
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
    /// <param name="toCover">The images that are to be covered.</param>
    public UncertaintyCoverage(IReadOnlyList<ScoredImage> all, IReadOnlyList<ScoredImage> toCover)
    {
        _mean = Mean(all);
        _places = [.. toCover.Select(PlaceOf)];
        // The root, as networks that learnt from few labels are too sure.
        _weights = [.. toCover.Select(image => (float)Math.Sqrt(Math.Max(0, 1 - image.Margin)))];
        _covered = new float[toCover.Count];
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

    private static float Likeness(float[] a, float[] b) => MathF.Exp(-2 * (1 - TensorPrimitives.Dot<float>(a, b)) / SquaredWidth);

    private static float[] Mean(IReadOnlyList<ScoredImage> images)
    {
        float[] sum = new float[images[0].Features.Length];
        foreach (ScoredImage image in images) TensorPrimitives.Add(sum, image.Features, sum);
        TensorPrimitives.Divide(sum, images.Count, sum);
        return sum;
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
