namespace SswpNas.MLNet.Training;

/// <summary>What is asked of every step's loss.</summary>
internal static class StepLoss
{
    /// <exception cref="InvalidOperationException">It is no finite number.</exception>
    public static void Check(double loss, long step)
    {
        if (double.IsFinite(loss)) return;
        throw new InvalidOperationException(
            $"The loss became {loss} in step {step + 1}; a finite number was expected. "
            + "Lower the learning rate, or raise the temperature or the batch.");
    }
}
