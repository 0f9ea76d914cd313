using SswpNas.MLNet.SearchSpace.Layers;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Training;

/// <summary>
/// All running statistics of a network in one tensor, of which the layers' own become parts, so that a step can be undone at
/// the cost of one copy.
/// </summary>
internal sealed class StatisticsBlock : IDisposable
{
    private const int Alignment = 16; // floats

    private readonly Tensor _all;
    private readonly Tensor _kept;

    /// <param name="layer">On its device already, where it stays.</param>
    public StatisticsBlock(Layer layer)
    {
        using IDisposable noGrad = no_grad();
        Counter counter = new();
        layer.Visit("", counter);
        _all = zeros(counter.Count, device: counter.Device).DetachFromDisposeScope();
        layer.Visit("", new Mover(_all));
        _kept = _all.clone().DetachFromDisposeScope();
    }

    /// <summary>Remembers the statistics as they are.</summary>
    public void Keep()
    {
        using IDisposable noGrad = no_grad();
        _kept.copy_(_all);
    }

    /// <summary>Sets the statistics back to what was remembered.</summary>
    public void Restore()
    {
        using IDisposable noGrad = no_grad();
        _all.copy_(_kept);
    }

    /// <summary>The same if one of them is NaN or infinite, decided where they are: nobody waits.</summary>
    public void RestoreIfNotFinite()
    {
        using IDisposable noGrad = no_grad();
        using Tensor each = _all.isfinite();
        using Tensor finite = each.all();
        using Tensor chosen = where(finite, _all, _kept);
        _all.copy_(chosen);
    }

    /// <summary>The layers keep their parts.</summary>
    public void Dispose()
    {
        _all.Dispose();
        _kept.Dispose();
    }

    private static long Aligned(long count) => (count + Alignment - 1) / Alignment * Alignment;

    private sealed class Counter : ITensorVisitor
    {
        public long Count { get; private set; }

        public Device Device { get; private set; } = CPU;

        public void Weight(string name, Weight weight)
        {
        }

        public void Statistic(string name, ref Tensor tensor)
        {
            Count += Aligned(tensor.numel());
            Device = tensor.device;
        }
    }

    private sealed class Mover(Tensor all) : ITensorVisitor
    {
        private long _at;

        public void Weight(string name, Weight weight)
        {
        }

        public void Statistic(string name, ref Tensor tensor)
        {
            Tensor part = all.slice(0, _at, _at + tensor.numel(), 1).DetachFromDisposeScope();
            part.copy_(tensor);
            tensor.Dispose();
            tensor = part;
            _at += Aligned(part.numel());
        }
    }
}
