namespace SswpNas.MLNet;

/// <summary>The phases of a search (section 3.5).</summary>
public enum SearchPhase
{
    /// <summary>Only operation weights are trained.</summary>
    WarmUp,

    /// <summary>Weights and alphas alternate.</summary>
    Search,

    /// <summary>Cells are frozen one after the other.</summary>
    Prune,

    /// <summary>All cells are frozen; only the weights are trained.</summary>
    Settle,
}

/// <summary>The progress of a search.</summary>
/// <param name="Phase">The phase of the epoch.</param>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Epochs">Epochs in all.</param>
/// <param name="Step">Weight steps of this epoch that are done.</param>
/// <param name="Steps">Weight steps of an epoch.</param>
/// <param name="Loss">
/// Mean loss of this epoch so far. On a GPU, where nobody waits for the loss of a step: until the epoch's last step that of the
/// epoch before, NaN in the first.
/// </param>
/// <param name="FrozenCells">Cells whose operations are fixed.</param>
/// <param name="Elapsed">Time since the search began.</param>
/// <param name="Remaining">Estimated time to its end.</param>
public sealed record SearchProgress(
    SearchPhase Phase, int Epoch, int Epochs, int Step, int Steps, double Loss, int FrozenCells, TimeSpan Elapsed,
    TimeSpan Remaining);
