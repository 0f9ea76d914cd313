using static TorchSharp.torch;

namespace SswpNas.MLNet.SearchSpace.Layers;

/// <summary>Sees every tensor of a network under its state-dict name.</summary>
internal interface ITensorVisitor
{
    /// <summary>A trained tensor.</summary>
    void Weight(string name, Weight weight);

    /// <summary>A running statistic.</summary>
    void Statistic(string name, ref Tensor tensor);
}

/// <summary>A part of a network that owns tensors.</summary>
internal abstract class Layer : IDisposable
{
    /// <summary>Shows every tensor of the layer, names starting with <paramref name="prefix"/>.</summary>
    public abstract void Visit(string prefix, ITensorVisitor visitor);

    public void Dispose()
    {
        Visit("", new Disposer());
        GC.SuppressFinalize(this);
    }

    private sealed class Disposer : ITensorVisitor
    {
        public void Weight(string name, Weight weight) => weight.Dispose();

        public void Statistic(string name, ref Tensor tensor) => tensor.Dispose();
    }
}

/// <summary>One step of a candidate or of a preprocessing: what an execution knows how to compute.</summary>
internal abstract class Stage : Layer;
