using SswpNas.MLNet.Data;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Tensors;
using SswpNas.MLNet.Training.Engines;
using TorchSharp;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Training;

/// <summary>Everything by libtorch and its autograd: on a GPU, and as a check on our kernels.</summary>
/// <param name="device">Where.</param>
/// <param name="threads">libtorch's, on the CPU.</param>
/// <param name="asynchronous">Whether to treat the CPU as a device, for tests of what happens on one.</param>
internal sealed class TorchEngine(Device device, int threads, bool asynchronous = false) : NetworkEngine
{
    private float[] _images = [];
    private Tensor? _shown; // where images came as a tensor
    private int _count;
    private ImageShape _shape;

    public override Device Device => device;

    /// <summary>
    /// Of steps and of a teacher's looks at them. Running statistics that are taken anew and evaluation, which decide what
    /// the network is in the end, are computed in 32 bits.
    /// </summary>
    public Precision Precision { get; init; }

    public override bool IsAsynchronous { get; } = asynchronous || device.type != DeviceType.CPU;

    public override Span<float> Images(int count, ImageShape shape)
    {
        Show(null);
        int needed = checked(count * shape.Size);
        if (_images.Length < needed) _images = new float[needed];
        (_count, _shape) = (count, shape);
        return _images.AsSpan(0, needed);
    }

    public override void Show(Tensor? images)
    {
        _shown?.Dispose();
        _shown = images?.DetachFromDisposeScope();
    }

    public override LossValue ForwardBackward(INetworkBody body, IReadOnlyList<Weight> bodyWeights, ILossHead head, StepKind kind)
    {
        using Libtorch.ThreadCount all = Libtorch.Threads(threads);
        using DisposeScope scope = NewDisposeScope();
        WeightGradients? gradients = kind.TrainsWeights ? new WeightGradients([.. bodyWeights, .. head.Weights]) : null;
        TorchExecution run = new(new TorchPass
        {
            Training = true,
            Gradients = gradients,
            DropPath = kind.DropPath,
            Precision = Precision,
        });
        Tensor features = body.Forward(run, Written());
        Tensor loss = head.Loss(features, gradients);
        loss.backward();
        run.CollectGates();
        gradients?.Collect();
        return IsAsynchronous ? LossValue.Queued(loss) : LossValue.Of(HostSync.Number(loss));
    }

    public override float[] Features(INetworkBody body)
    {
        using Tensor features = Features(body, new TorchPass());
        return HostSync.Numbers(features);
    }

    public override Tensor BatchFeatures(INetworkBody body) =>
        Features(body, new TorchPass { Training = true, UpdateStatistics = false, Precision = Precision });

    public override void UpdateStatistics(INetworkBody body)
    {
        using Libtorch.ThreadCount all = Libtorch.Threads(threads);
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        body.Forward(new TorchExecution(new TorchPass { Training = true }), Written());
    }

    protected override void Free() => Show(null);

    private Tensor Features(INetworkBody body, TorchPass pass)
    {
        using Libtorch.ThreadCount all = Libtorch.Threads(threads);
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        return body.Forward(new TorchExecution(pass), Written()).MoveToOuterDisposeScope();
    }

    // libtorch's channels-last kernels corrupt the heap when they train on the CPU (seen with libtorch 2.10).
    private Tensor Written()
    {
        if (_shown is not null) return _shown.alias();
        long[] shape = [_count, _shape.Height, _shape.Width, _shape.Channels];
        Tensor images = Upload.Floats(_images.AsSpan(0, _count * _shape.Size), shape, Device).permute(0, 3, 1, 2);
        return Device.type == DeviceType.CPU ? images.contiguous() : images;
    }
}
