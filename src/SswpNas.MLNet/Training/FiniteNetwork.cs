namespace SswpNas.MLNet.Training;

/// <summary>The last check of what a run has found, before it is returned.</summary>
internal static class FiniteNetwork
{
    /// <exception cref="InvalidOperationException">A weight, a statistic or an output is NaN or infinite.</exception>
    public static void Ensure(Layer network, params ReadOnlySpan<float> outputs)
    {
        string? name = TensorValues.Of(network)
            .FirstOrDefault(tensor => !Array.TrueForAll(tensor.Value.Values, float.IsFinite)).Key;
        bool finite = true;
        foreach (float output in outputs) finite &= float.IsFinite(output);
        if (name is null && finite) return;
        throw new InvalidOperationException(
            $"The run ended with a network {(name is null ? "whose outputs" : $"whose '{name}'")} are NaN or infinite; finite numbers "
            + "were expected. Lower the learning rate.");
    }
}
