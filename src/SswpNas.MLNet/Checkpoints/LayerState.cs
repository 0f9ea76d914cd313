using static TorchSharp.torch;

namespace SswpNas.MLNet.Checkpoints;

/// <summary>
/// A layer in a checkpoint: weights and running statistics by state-dict name, and what the optimiser remembers of each
/// weight: <c>.momentum</c> and <c>.second_moment</c> behind its name, and its number of steps.
/// </summary>
internal static class LayerState
{
    private const string Momentum = ".momentum";
    private const string SecondMoment = ".second_moment";

    /// <summary>Copies the layer's numbers into a checkpoint that is being made.</summary>
    public static void Save(
        Layer layer, string prefix, IDictionary<string, TensorValue> tensors, IDictionary<string, int> steps)
    {
        layer.Visit(prefix, (name, tensor) =>
        {
            Add(name, tensor.Value);
            if (tensor is not Weight weight) return;
            if (weight.Momentum is not null) Add(name + Momentum, weight.Momentum);
            if (weight.SecondMoment is not null) Add(name + SecondMoment, weight.SecondMoment);
            if (weight.Steps > 0) steps[name] = weight.Steps;
        });

        void Add(string name, Tensor tensor) => tensors.Add(name, TensorValues.Of(tensor));
    }

    /// <summary>Sets the layer back to what a checkpoint says; gradients are those of no step.</summary>
    public static void Load(Layer layer, string prefix, Checkpoint checkpoint, IReadOnlyDictionary<string, int> steps)
    {
        using IDisposable noGrad = no_grad();
        layer.Visit(prefix, (name, tensor) =>
        {
            Copy(checkpoint, name, tensor.Value);
            if (tensor is not Weight weight) return;
            weight.Momentum = Moment(checkpoint, name + Momentum, weight, weight.Momentum);
            weight.SecondMoment = Moment(checkpoint, name + SecondMoment, weight, weight.SecondMoment);
            weight.Steps = steps.GetValueOrDefault(name);
            weight.HasGradient = false;
        });
    }

    /// <summary>Values of all weights and statistics of a layer, without touching the layer.</summary>
    public static IReadOnlyDictionary<string, TensorValue> Values(Layer layer, string prefix, Checkpoint checkpoint)
    {
        OrderedDictionary<string, TensorValue> values = [];
        foreach ((string name, Tensor tensor) in NamedTensors.All(layer))
            values.Add(name, new TensorValue(tensor.shape, checkpoint.Tensor(prefix + name, tensor.shape)));
        return values;
    }

    /// <summary>A moment that the checkpoint does not know is one that has not been made yet.</summary>
    private static Tensor? Moment(Checkpoint checkpoint, string name, Weight weight, Tensor? moment)
    {
        if (!checkpoint.Tensors.ContainsKey(name))
        {
            moment?.Dispose();
            return null;
        }

        moment ??= zeros_like(weight.Value, requires_grad: false).DetachFromDisposeScope();
        Copy(checkpoint, name, moment);
        return moment;
    }

    private static void Copy(Checkpoint checkpoint, string name, Tensor target)
    {
        using Tensor source = tensor(checkpoint.Tensor(name, target.shape), target.shape);
        target.copy_(source);
    }
}
