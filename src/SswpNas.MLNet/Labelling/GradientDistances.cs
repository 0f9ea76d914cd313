using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace SswpNas.MLNet.Labelling;

/// <summary>
/// The places of images by the gradient that the classifier would get from each, were its likeliest class the true one (BADGE, Ash et
/// al., ICLR 2020): long where the model is unsure, and of other directions for other images. The gradient is the product of
/// probabilities minus label, [classes], and features; so is a product of two gradients, which are never written out.
/// </summary>
internal sealed class GradientDistances
{
    private readonly float[][] _errors;
    private readonly float[][] _features;
    private readonly double[] _squares;

    public GradientDistances(IReadOnlyList<ScoredImage> images)
    {
        _errors = [.. images.Select(Error)];
        _features = [.. images.Select(image => image.Features)];
        _squares = [.. Enumerable.Range(0, images.Count).Select(i => Product(i, i))];
    }

    /// <summary>The squared length of an image's gradient.</summary>
    public double Square(int image) => _squares[image];

    /// <summary>The squared distance of two images' gradients.</summary>
    public double Between(int a, int b) => Math.Max(0, _squares[a] + _squares[b] - (2 * Product(a, b)));

    private double Product(int a, int b) =>
        (double)TensorPrimitives.Dot<float>(_errors[a], _errors[b]) * TensorPrimitives.Dot<float>(_features[a], _features[b]);

    private static float[] Error(ScoredImage image)
    {
        float[] error = [.. image.Probabilities];
        error[image.Class] -= 1;
        return error;
    }
}
