using static TorchSharp.torch;

namespace SswpNas.MLNet.SearchSpace.Layers;

/// <summary>A part of a network that owns tensors.</summary>
internal abstract class Layer : IDisposable
{
    /// <summary>Shows every tensor of the layer under its state-dict name, which starts with <paramref name="prefix"/>.</summary>
    public abstract void Visit(string prefix, Action<string, LayerTensor> visit);

    public void Dispose()
    {
        Visit("", (_, tensor) => tensor.Dispose());
        GC.SuppressFinalize(this);
    }
}

/// <summary>One step of a candidate or of a preprocessing: what an execution knows how to compute.</summary>
internal abstract class Stage : Layer;

/// <summary>A tensor of a layer, which owns it.</summary>
internal abstract class LayerTensor(Tensor value) : IDisposable
{
    public Tensor Value { get; private set; } = value.DetachFromDisposeScope();

    /// <summary>Takes over another tensor in place of its own.</summary>
    public void Replace(Tensor value)
    {
        Tensor before = Value;
        Value = value.DetachFromDisposeScope();
        if (!ReferenceEquals(before, Value)) before.Dispose();
    }

    public virtual void MoveTo(Device device) => Replace(Value.to(device));

    public virtual void Dispose() => Value.Dispose();
}

/// <summary>A running statistic.</summary>
internal sealed class Statistic(Tensor value) : LayerTensor(value);
