namespace SswpNas.MLNet;

/// <summary>What one epoch of a search or a pre-training came to.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Loss">Mean loss of its weight steps.</param>
/// <param name="LearningRate">The weights' learning rate at its end.</param>
/// <param name="Seconds">Its duration.</param>
public abstract record EncoderEpoch(int Epoch, double Loss, double LearningRate, double Seconds)
{
    /// <summary>
    /// Steps that were skipped because their loss or gradient was NaN or infinite, those of attempts at this epoch that were
    /// given up included; see <see cref="NonFiniteSteps"/>. 0 in a sound run.
    /// </summary>
    public int SkippedSteps { get; init; }

    /// <summary>Whether it may be the epoch of that number, from 0, in a history.</summary>
    internal bool IsSane(int index) =>
        Epoch == index + 1 && double.IsFinite(Loss) && double.IsFinite(LearningRate) && LearningRate >= 0
        && double.IsFinite(Seconds) && Seconds >= 0;
}
