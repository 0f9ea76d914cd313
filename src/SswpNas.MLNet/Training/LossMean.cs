using TorchSharp;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Training;

/// <summary>What a mean is made of.</summary>
internal sealed record LossState(double Sum, int Finite, int Steps)
{
    public static LossState None { get; } = new(0, 0, 0);

    public bool IsSane => double.IsFinite(Sum) && Finite >= 0 && Finite <= Steps;
}

/// <summary>
/// The mean loss of an epoch's steps. Losses on a device are added up there and come to the host once, when the epoch is
/// over. Losses that are NaN or infinite are counted, not added.
/// </summary>
internal sealed class LossMean : IDisposable
{
    private double _sum;
    private int _finite;
    private Tensor? _queued; // [2] doubles: sum and number of the finite losses

    /// <summary>Steps added.</summary>
    public int Steps { get; private set; }

    /// <summary>Steps whose loss was NaN or infinite; those on a device show after <see cref="Fetch"/>.</summary>
    public int NotFinite { get; private set; }

    /// <summary>What <see cref="Shown"/> says until something is known: the mean of the epoch before, if any.</summary>
    public double Before { get; set; } = double.NaN;

    /// <summary>What has been added so far, to be saved; asking for it waits for a device.</summary>
    public LossState State
    {
        get
        {
            Fetch();
            return new LossState(_sum, _finite, Steps);
        }

        set
        {
            _queued?.Dispose();
            _queued = null;
            (_sum, _finite, Steps, NotFinite) = (value.Sum, value.Finite, value.Steps, value.Steps - value.Finite);
        }
    }

    /// <summary>Mean of the finite losses that are known; NaN if none is.</summary>
    public double Mean => _finite == 0 ? double.NaN : _sum / _finite;

    /// <summary>For progress: the mean so far where it is known without waiting, else that of the epoch before.</summary>
    public double Shown => _finite == 0 ? Before : Mean;

    /// <summary>Takes the loss over.</summary>
    public void Add(LossValue loss)
    {
        Steps++;
        if (loss.OnDevice is not null) AddOnDevice(loss);
        else if (loss.IsNotFinite) NotFinite++;
        else (_sum, _finite) = (_sum + loss.Fetch(), _finite + 1);
    }

    /// <summary>Brings what is on a device to the host: one wait, or none.</summary>
    public double Fetch()
    {
        if (_queued is null) return Mean;
        double[] found = HostSync.Doubles(_queued);
        _queued.Dispose();
        _queued = null;
        (_sum, _finite) = (_sum + found[0], _finite + (int)found[1]);
        NotFinite = Steps - _finite;
        return Mean;
    }

    public void Dispose() => _queued?.Dispose();

    private void AddOnDevice(LossValue loss)
    {
        using (loss)
        {
            using IDisposable noGrad = no_grad();
            using DisposeScope scope = NewDisposeScope();
            using Scalar none = 0, one = 1;
            Tensor value = loss.OnDevice!.to(ScalarType.Float64).reshape(1);
            Tensor finite = value.isfinite();
            Tensor found = cat([value.masked_fill(finite.logical_not(), none), finite.to(ScalarType.Float64)]);
            if (_queued is null) _queued = found.DetachFromDisposeScope();
            else _queued.add_(found, alpha: one);
        }
    }
}
