namespace SswpNas.MLNet.Numerics;

/// <summary>Predictions whose confidences lie in one bin.</summary>
/// <param name="Count">How many.</param>
/// <param name="Confidence">Their mean confidence, 0 to 1; 0 in an empty bin.</param>
/// <param name="Accuracy">The part of them that was right, 0 to 1; 0 in an empty bin.</param>
internal readonly record struct ReliabilityBin(int Count, double Confidence, double Accuracy);

/// <summary>Whether predictions are right as often as their confidences say.</summary>
internal static class Reliability
{
    /// <summary>Bins of equal width.</summary>
    public const int Bins = 15;

    /// <param name="predictions">How sure each prediction was, 0 to 1, and whether it was right.</param>
    public static ReliabilityBin[] Of(IEnumerable<(double Confidence, bool IsRight)> predictions)
    {
        int[] count = new int[Bins], right = new int[Bins];
        double[] sum = new double[Bins];
        foreach ((double confidence, bool isRight) in predictions)
        {
            int bin = Math.Clamp((int)(confidence * Bins), 0, Bins - 1);
            count[bin]++;
            sum[bin] += confidence;
            if (isRight) right[bin]++;
        }

        return [.. Enumerable.Range(0, Bins).Select(b =>
            count[b] == 0 ? default : new ReliabilityBin(count[b], sum[b] / count[b], (double)right[b] / count[b]))];
    }

    /// <summary>
    /// The expected calibration error (Guo et al., ICML 2017): the mean distance of confidence and accuracy over the bins, by
    /// their counts.
    /// </summary>
    public static double ExpectedError(IReadOnlyCollection<ReliabilityBin> bins)
    {
        int all = bins.Sum(b => b.Count);
        return all == 0 ? 0 : bins.Sum(b => b.Count * Math.Abs(b.Confidence - b.Accuracy)) / all;
    }
}
