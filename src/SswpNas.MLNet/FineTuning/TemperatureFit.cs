namespace SswpNas.MLNet.FineTuning;

/// <summary>Finds the temperature at which a classifier's probabilities fit images that it was not trained on.</summary>
internal static class TemperatureFit
{
    private const double Lowest = -1.5, Highest = 2.5; // of its logarithm
    private const int Halvings = 60;

    /// <summary>
    /// By the likelihood of the classes, and a prior by which the temperature's logarithm is normal with mean 0 and deviation 1: a few
    /// images that are all right say little about how right.
    /// </summary>
    /// <param name="logProbabilities">Of the classes, an array an image.</param>
    /// <param name="labels">The images' classes.</param>
    public static Calibration Of(double[][] logProbabilities, int[] labels)
    {
        double temperature = Math.Exp(Minimum(log => Loss(logProbabilities, labels, Math.Exp(log)) + (log * log / 2)));
        return new Calibration(
            temperature, labels.Length, Error(logProbabilities, labels, 1), Error(logProbabilities, labels, temperature));
    }

    /// <summary>The highest probability of each image.</summary>
    public static double[] Confidences(double[][] logProbabilities, double temperature) =>
        [.. logProbabilities.Select(logs => Softmax.Softened(logs, temperature).Max())];

    /// <summary>Negative log-likelihood of the classes.</summary>
    private static double Loss(double[][] logProbabilities, int[] labels, double temperature)
    {
        double loss = 0;
        for (int n = 0; n < labels.Length; n++)
        {
            double[] logs = logProbabilities[n];
            double max = logs.Max();
            loss += Math.Log(logs.Sum(l => Math.Exp((l - max) / temperature))) - ((logs[labels[n]] - max) / temperature);
        }

        return loss;
    }

    private static double Error(double[][] logProbabilities, int[] labels, double temperature) =>
        Reliability.ExpectedError(Reliability.Of(labels.Select((label, n) =>
        {
            double[] p = Softmax.Softened(logProbabilities[n], temperature);
            int said = Array.IndexOf(p, p.Max());
            return (p[said], said == label);
        })));

    /// <summary>Of a function with one minimum, by the golden section.</summary>
    private static double Minimum(Func<double, double> loss)
    {
        double ratio = (Math.Sqrt(5) - 1) / 2, low = Lowest, high = Highest;
        double left = high - (ratio * (high - low)), right = low + (ratio * (high - low));
        double atLeft = loss(left), atRight = loss(right);
        for (int i = 0; i < Halvings; i++)
        {
            if (atLeft < atRight)
            {
                (high, right, atRight) = (right, left, atLeft);
                left = high - (ratio * (high - low));
                atLeft = loss(left);
            }
            else
            {
                (low, left, atLeft) = (left, right, atRight);
                right = low + (ratio * (high - low));
                atRight = loss(right);
            }
        }

        return (low + high) / 2;
    }
}
