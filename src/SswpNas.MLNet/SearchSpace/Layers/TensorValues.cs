using static TorchSharp.torch;

namespace SswpNas.MLNet.SearchSpace.Layers;

/// <summary>Between a network's tensors and plain numbers.</summary>
internal static class TensorValues
{
    /// <summary>A copy of every tensor by state-dict name.</summary>
    public static IReadOnlyDictionary<string, TensorValue> Of(Layer layer)
    {
        OrderedDictionary<string, TensorValue> values = [];
        foreach ((string name, Tensor tensor) in NamedTensors.All(layer)) values.Add(name, Of(tensor));
        return values;
    }

    /// <summary>A copy of one tensor.</summary>
    public static TensorValue Of(Tensor tensor) => new([.. tensor.shape], HostSync.Numbers(tensor));

    /// <summary>Writes the values into the layer's tensors; those without a value stay (a fresh classifier).</summary>
    /// <exception cref="InvalidDataException">A tensor has another shape; the first one that differs is named.</exception>
    public static void Load(IReadOnlyDictionary<string, TensorValue> values, Layer layer)
    {
        using IDisposable noGrad = no_grad();
        foreach ((string name, Tensor target) in NamedTensors.All(layer))
        {
            if (!values.TryGetValue(name, out TensorValue? value)) continue;
            if (!value.Shape.AsSpan().SequenceEqual(target.shape))
            {
                throw new InvalidDataException(
                    $"Tensor '{name}' has the shape [{string.Join(", ", value.Shape)}]; "
                    + $"[{string.Join(", ", target.shape)}] was expected. The weights are of another network.");
            }

            using Tensor source = tensor(value.Values, value.Shape);
            target.copy_(source);
        }
    }
}
