namespace SswpNas.MLNet.SearchSpace;

/// <summary>
/// Drop path of one step: each operation's output but the identity's is left out for an image with a probability, and
/// scaled by 1 / (1 - probability) where it stays.
/// </summary>
internal sealed class DropPath(double probability, int seed, long step)
{
    private RandomStream _random = new(seed, RandomPurpose.PathDrop, step);

    /// <summary>The factor of each image for the next operation, in the order of the network.</summary>
    public float[] NextFactors(int images)
    {
        float kept = (float)(1 / (1 - probability));
        float[] factors = new float[images];
        for (int i = 0; i < images; i++) factors[i] = _random.NextBool(probability) ? 0 : kept;
        return factors;
    }
}
