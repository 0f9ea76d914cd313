namespace SswpNas.MLNet.Training;

/// <summary>What is asked of losses.</summary>
internal static class StepLoss
{
    private const string Advice = "Lower the learning rate, or raise the temperature or the batch.";

    /// <summary>Of a step; a loss on a device is asked about when its epoch is over.</summary>
    /// <exception cref="InvalidOperationException">It is no finite number.</exception>
    public static void Check(LossValue loss, long step)
    {
        if (loss.Known is not double number || double.IsFinite(number)) return;
        throw new InvalidOperationException(
            $"The loss became {number} in step {step + 1}; a finite number was expected. {Advice}");
    }

    /// <summary>Of an epoch, after its losses have been fetched.</summary>
    /// <exception cref="InvalidOperationException">A step's was no finite number.</exception>
    public static void Check(LossMean losses, int epoch)
    {
        if (losses.NotFinite == 0) return;
        throw new InvalidOperationException(
            $"The loss of {losses.NotFinite} of {losses.Steps} steps in epoch {epoch + 1} was no finite number. {Advice}");
    }
}
