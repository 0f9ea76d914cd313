using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace SswpNas.MLNet.FineTuning;

/// <summary>Where the classes are in feature space.</summary>
/// <param name="Means">The mean direction of each class's features, [classes][features], each of length 1.</param>
/// <param name="LeastSimilarity">The cosine with the nearest of them that the asked part of the images reaches.</param>
internal sealed record ClassCentres(float[][] Means, double LeastSimilarity)
{
    /// <param name="loop">The images, and the engine to see them with.</param>
    /// <param name="network">The trained network.</param>
    /// <param name="images">Images that count as known.</param>
    /// <param name="share">The part of them that is to stay known.</param>
    public static ClassCentres Of(FineTuneLoop loop, DerivedNetwork network, int[] images, double share)
    {
        float[][] directions = Directions(loop, network, loop.Data.Labelled);
        float[][] means = [.. loop.Data.ClassNames.Select((_, c) =>
            Mean([.. loop.Data.Labelled.Index().Where(n => loop.Data.Labels[n.Item] == c).Select(n => directions[n.Index])], network.Macro.Features))];
        double[] similarities = [.. Directions(loop, network, images)
            .Select(d => (double)means.Max(mean => TensorPrimitives.Dot<float>(d, mean))).Order()];
        return new ClassCentres(means, similarities[(int)Math.Floor((1 - share) * similarities.Length)]);
    }

    private static float[][] Directions(FineTuneLoop loop, DerivedNetwork network, int[] images)
    {
        float[][] all = loop.Features(network, images);
        foreach (float[] features in all) Unit(features);
        return all;
    }

    // A class without an image has none: 0 is like nothing.
    private static float[] Mean(float[][] directions, int features)
    {
        float[] mean = new float[features];
        foreach (float[] direction in directions) TensorPrimitives.Add<float>(mean, direction, mean);
        Unit(mean);
        return mean;
    }

    private static void Unit(float[] vector)
    {
        float length = TensorPrimitives.Norm<float>(vector);
        if (length > 0) TensorPrimitives.Divide(vector, length, vector);
    }
}
