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

    public StatisticsBlock(Layer layer)
    {
        using IDisposable noGrad = no_grad();
        IReadOnlyList<Statistic> statistics = NamedTensors.Statistics(layer);
        _all = zeros(statistics.Sum(s => Aligned(s.Value.numel())), device: statistics[0].Value.device).DetachFromDisposeScope();
        long at = 0;
        foreach (Statistic statistic in statistics)
        {
            Tensor part = _all.slice(0, at, at + statistic.Value.numel(), 1);
            part.copy_(statistic.Value);
            statistic.Replace(part);
            at += Aligned(part.numel());
        }

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

    /// <summary>The same if one of them is NaN or infinite, decided where they are, without waiting for it.</summary>
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
}
