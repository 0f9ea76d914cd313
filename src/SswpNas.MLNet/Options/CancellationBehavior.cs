namespace SswpNas.MLNet;

/// <summary>What a run does when its token is cancelled. In both cases it leaves a checkpoint where it keeps any.</summary>
public enum CancellationBehavior
{
    /// <summary>Ends with an <see cref="OperationCanceledException"/> (default).</summary>
    Throw,

    /// <summary>
    /// Returns what was found so far. A search derives the network from its alphas; a fine-tuning that is still choosing a
    /// learning rate takes the best one so far. Before the end of the first epoch there is nothing to return, so it throws.
    /// </summary>
    Return,
}
