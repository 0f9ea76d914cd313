using static TorchSharp.torch;

namespace SswpNas.MLNet.SearchSpace.Layers;

/// <summary>
/// Decides which weights libtorch differentiates in one step: those that the forward pass used, and no others. Made
/// before the pass with every weight that the optimiser knows; <see cref="Collect"/> after the backward pass.
/// </summary>
internal sealed class WeightGradients(IReadOnlyList<Weight> weights)
{
    private readonly HashSet<Weight> _used = [];

    /// <summary>The value, from now on part of the graph.</summary>
    public Tensor Use(Weight weight)
    {
        if (_used.Add(weight)) weight.Value.requires_grad = true;
        return weight.Value;
    }

    /// <summary>
    /// Hands the gradients to the weights and takes the values out of the graph; weights that were not used have no
    /// gradient afterwards. Works after an abandoned pass too: then no weight has one.
    /// </summary>
    public void Collect()
    {
        foreach (Weight weight in weights)
        {
            if (_used.Remove(weight)) weight.TakeGradient();
            else weight.HasGradient = false;
        }

        if (_used.Count > 0)
        {
            throw new InvalidOperationException(
                $"The pass used {_used.Count} weights that are not in the list its gradients are collected for.");
        }
    }
}
