using SswpNas.MLNet.Data;
using SswpNas.MLNet.Execution;
using SswpNas.MLNet.SearchSpace;
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
    private int _count;
    private ImageShape _shape;

    public override Device Device => device;

    public override bool IsAsynchronous { get; } = asynchronous || device.type != DeviceType.CPU;

    public override Span<float> Images(int count, ImageShape shape)
    {
        int needed = checked(count * shape.Size);
        if (_images.Length < needed) _images = new float[needed];
        (_count, _shape) = (count, shape);
        return _images.AsSpan(0, needed);
    }

    public override LossValue Launch(INetworkBody body, IReadOnlyList<Weight> bodyWeights, ILossHead head, StepKind kind)
    {
        using Libtorch.ThreadCount all = Libtorch.Threads(threads);
        using DisposeScope scope = NewDisposeScope();
        WeightGradients? gradients = kind.TrainsWeights ? new WeightGradients([.. bodyWeights, .. head.Weights]) : null;
        TorchExecution run = new(new TorchPass { Training = true, Gradients = gradients, DropPath = kind.DropPath });
        Tensor features = body.Forward(run, Written());
        Tensor loss = head.Loss(features, gradients);
        loss.backward();
        run.CollectGates();
        gradients?.Collect();
        return IsAsynchronous ? LossValue.Queued(loss) : LossValue.Of(HostSync.Number(loss));
    }

    public override float[] Features(INetworkBody body) => Features(body, new TorchPass());

    public override float[] BatchFeatures(INetworkBody body) =>
        Features(body, new TorchPass { Training = true, UpdateStatistics = false });

    public override void UpdateStatistics(INetworkBody body)
    {
        using Libtorch.ThreadCount all = Libtorch.Threads(threads);
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        body.Forward(new TorchExecution(new TorchPass { Training = true }), Written());
    }

    protected override void Free()
    {
    }

    private float[] Features(INetworkBody body, TorchPass pass)
    {
        using Libtorch.ThreadCount all = Libtorch.Threads(threads);
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor features = body.Forward(new TorchExecution(pass), Written());
        return HostSync.Numbers(features);
    }

    // libtorch's channels-last kernels corrupt the heap when they train on the CPU (seen with libtorch 2.10).
    private Tensor Written()
    {
        long[] shape = [_count, _shape.Height, _shape.Width, _shape.Channels];
        Tensor images = tensor(_images.AsSpan(0, _count * _shape.Size).ToArray(), shape).to(Device).permute(0, 3, 1, 2);
        return Device.type == DeviceType.CPU ? images.contiguous() : images;
    }
}
