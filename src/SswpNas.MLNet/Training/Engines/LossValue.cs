using static TorchSharp.torch;

namespace SswpNas.MLNet.Training.Engines;

/// <summary>
/// The loss of one step: a number where the engine computes at once, a scalar on the device where it queues its work, so
/// that nobody waits for it. The owner passes the value to a <see cref="LossMean"/> or disposes of it.
/// </summary>
internal readonly struct LossValue : IDisposable
{
    private readonly double _number;

    private LossValue(double number, Tensor? onDevice) => (_number, OnDevice) = (number, onDevice);

    /// <summary>The scalar, where the number is not known without waiting.</summary>
    public Tensor? OnDevice { get; }

    /// <summary>Whether the number is NaN or infinite as far as that is known without waiting.</summary>
    public bool IsNotFinite => OnDevice is null && !double.IsFinite(_number);

    public static LossValue Of(double number) => new(number, null);

    public static LossValue Queued(Tensor loss) => new(double.NaN, loss.detach().DetachFromDisposeScope());

    /// <summary>The number; waits for it where it is on a device.</summary>
    public double Fetch() => OnDevice is null ? _number : HostSync.Number(OnDevice);

    public void Dispose() => OnDevice?.Dispose();
}
