using static TorchSharp.torch;

namespace SswpNas.MLNet.SearchSpace.Layers;

/// <summary>What can be done with all tensors of a layer by name.</summary>
internal static class NamedTensors
{
    /// <summary>Weights and statistics by state-dict name, in the order of the network.</summary>
    public static OrderedDictionary<string, Tensor> All(Layer layer)
    {
        OrderedDictionary<string, Tensor> tensors = [];
        layer.Visit("", (name, tensor) => tensors.Add(name, tensor.Value));
        return tensors;
    }

    /// <summary>The trained tensors, in the order of the network.</summary>
    public static IReadOnlyList<Weight> Weights(Layer layer) => Of<Weight>(layer);

    /// <summary>The running statistics, in the order of the network.</summary>
    public static IReadOnlyList<Statistic> Statistics(Layer layer) => Of<Statistic>(layer);

    /// <summary>The number of trainable parameters.</summary>
    public static long CountParameters(Layer layer) => Weights(layer).Sum(w => w.Value.numel());

    /// <summary>
    /// Copies every tensor that both layers have. Batch norm's scale and shift, which a supernet's candidates lack, stay
    /// as they are in the target (1 and 0 in a new network).
    /// </summary>
    public static void Copy(Layer from, Layer to)
    {
        OrderedDictionary<string, Tensor> source = All(from);
        using IDisposable _ = no_grad();
        foreach ((string name, Tensor target) in All(to))
        {
            if (source.TryGetValue(name, out Tensor? tensor)) target.copy_(tensor);
        }
    }

    private static List<T> Of<T>(Layer layer)
        where T : LayerTensor
    {
        List<T> tensors = [];
        layer.Visit("", (_, tensor) =>
        {
            if (tensor is T wanted) tensors.Add(wanted);
        });
        return tensors;
    }
}
