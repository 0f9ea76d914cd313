namespace SswpNas.MLNet.SearchSpace;

/// <summary>How one pass through a network is run.</summary>
/// <param name="Training">Batch statistics; otherwise running ones, and nothing is kept for a way back.</param>
/// <param name="WeightGradients">Whether the way back finds the weights' gradients (a weight step does, an
/// architecture step does not need them).</param>
/// <param name="UpdateStatistics">Whether running statistics move (in training).</param>
/// <param name="DropPath">Drop path, or null for none.</param>
internal sealed record PassOptions(
    bool Training, bool WeightGradients = true, bool UpdateStatistics = true, DropPath? DropPath = null)
{
    public static PassOptions Evaluation { get; } = new(Training: false, WeightGradients: false, UpdateStatistics: false);
}
