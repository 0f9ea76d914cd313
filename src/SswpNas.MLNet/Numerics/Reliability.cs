namespace SswpNas.MLNet.Numerics;

/// <summary>The answers whose confidence lies in one range.</summary>
/// <param name="Count">How many.</param>
/// <param name="Confidence">Their mean confidence, 0 to 1; 0 where there are none.</param>
/// <param name="Accuracy">The part of them that is right, 0 to 1; 0 where there are none.</param>
internal readonly record struct ReliabilityBin(int Count, double Confidence, double Accuracy);

/// <summary>Whether answers are right as often as they are sure (Guo et al. 2017, arXiv 1706.04599, section 2).</summary>
internal static class Reliability
{
    /// <summary>As many ranges as the paper has.</summary>
    public const int UsualBins = 15;

    /// <summary>Sorts answers into ranges of equal width; a confidence on a border belongs to the range below it.</summary>
    /// <param name="answers">How sure each was, 0 to 1, and whether it was right.</param>
    /// <param name="bins">How many ranges, at least 1.</param>
    /// <returns>A bin for each range, from 0 on.</returns>
    public static ReliabilityBin[] Of(IEnumerable<(double Confidence, bool IsRight)> answers, int bins = UsualBins)
    {
        int[] counts = new int[bins], right = new int[bins];
        double[] sums = new double[bins];
        foreach ((double confidence, bool isRight) in answers)
        {
            int bin = Math.Clamp((int)Math.Ceiling(confidence * bins) - 1, 0, bins - 1);
            counts[bin]++;
            sums[bin] += confidence;
            if (isRight) right[bin]++;
        }

        return [.. counts.Select((n, i) => n == 0 ? default : new ReliabilityBin(n, sums[i] / n, right[i] / (double)n))];
    }

    /// <summary>The expected calibration error, 0 to 1: how far confidence and accuracy lie apart, as the mean over the answers.</summary>
    public static double ExpectedError(IReadOnlyCollection<ReliabilityBin> bins) =>
        Mean(bins, bin => Math.Abs(bin.Confidence - bin.Accuracy));

    /// <summary>The mean confidence of all answers, 0 to 1.</summary>
    public static double Confidence(IReadOnlyCollection<ReliabilityBin> bins) => Mean(bins, bin => bin.Confidence);

    private static double Mean(IReadOnlyCollection<ReliabilityBin> bins, Func<ReliabilityBin, double> value)
    {
        int all = bins.Sum(bin => bin.Count);
        return all == 0 ? 0 : bins.Sum(bin => bin.Count * value(bin)) / all;
    }
}
