namespace SswpNas.MLNet.Training;

/// <summary>Learning rates as functions of the step.</summary>
internal static class LearningRates
{
    /// <summary>From the first rate to 0 along half a cosine.</summary>
    public static double Cosine(double first, long step, long steps) =>
        first * 0.5 * (1 + Math.Cos(Math.PI * step / steps));

    /// <summary>Linear from 0 to the rate over the warm-up, then a cosine to 0.</summary>
    public static double WarmUpCosine(double rate, long step, long warmUp, long steps) =>
        step < warmUp ? rate * (step + 1) / warmUp : Cosine(rate, step - warmUp, steps - warmUp);
}
