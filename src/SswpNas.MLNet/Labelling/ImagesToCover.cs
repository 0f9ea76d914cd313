namespace SswpNas.MLNet.Labelling;

/// <summary>
/// The images that <see cref="UncertaintyCoverage"/> sums over, with the weight of each: how unsure the model is of it. Where there are
/// more than a bound, a random sample stands for all, in which an image is the likelier the more unsure the model is of it; weights are
/// divided by that probability (Horvitz and Thompson), so the expected sum is that over all images.
/// </summary>
/// <param name="Images">The images.</param>
/// <param name="Weights">Their weights.</param>
/// <param name="IsSureOfAll">Whether the model is sure of every image, so that all count the same.</param>
internal sealed record ImagesToCover(ScoredImage[] Images, float[] Weights, bool IsSureOfAll)
{
    /// <param name="open">The images without a label.</param>
    /// <param name="most">So many at most.</param>
    /// <param name="seed">Chooses the sample.</param>
    public static ImagesToCover Of(IReadOnlyList<ScoredImage> open, int most, int seed)
    {
        double[] unsure = [.. open.Select(Uncertainty)];
        bool isSureOfAll = unsure.Max() == 0;
        if (isSureOfAll) Array.Fill(unsure, 1);
        if (open.Count <= most) return new ImagesToCover([.. open], [.. unsure.Select(weight => (float)weight)], isSureOfAll);

        // The first arrivals of one Poisson process an image, whose rate is its weight: those before the first that is left out.
        RandomStream random = new(seed, RandomPurpose.Suggestions);
        double[] arrivals = new double[unsure.Length];
        for (int i = 0; i < arrivals.Length; i++) arrivals[i] = -Math.Log(1 - random.NextDouble()) / unsure[i];
        int[] order = [.. Enumerable.Range(0, arrivals.Length).OrderBy(i => arrivals[i])];
        int[] sample = [.. order[..most].Where(i => unsure[i] > 0)];
        double end = arrivals[order[most]];
        return new ImagesToCover(
            [.. sample.Select(i => open[i])],
            [.. sample.Select(i => (float)(unsure[i] / (1 - Math.Exp(-unsure[i] * end))))],
            isSureOfAll);
    }

    // The root, as networks that learnt from few labels are too sure.
    private static double Uncertainty(ScoredImage image) => Math.Sqrt(Math.Max(0, 1 - image.Margin));
}
