using SswpNas.MLNet.Data;
using SswpNas.MLNet.Execution;
using SswpNas.MLNet.SearchSpace;
using TorchSharp;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Training;

/// <summary>Everything by libtorch and its autograd: on a GPU, and as a check on our kernels.</summary>
internal sealed class TorchEngine(Device device, int threads) : NetworkEngine
{
    private float[] _images = [];
    private int _count;
    private ImageShape _shape;

    public override Device Device => device;

    public override Span<float> Images(int count, ImageShape shape)
    {
        int needed = checked(count * shape.Size);
        if (_images.Length < needed) _images = new float[needed];
        (_count, _shape) = (count, shape);
        return _images.AsSpan(0, needed);
    }

    public override double Step(INetworkBody body, IReadOnlyList<Weight> bodyWeights, ILossHead head, StepKind kind)
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
        return loss.item<float>();
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
        return features.cpu().contiguous().data<float>().ToArray();
    }

    // libtorch's channels-last kernels corrupt the heap when they train on the CPU (seen with libtorch 2.10).
    private Tensor Written()
    {
        long[] shape = [_count, _shape.Height, _shape.Width, _shape.Channels];
        Tensor images = tensor(_images.AsSpan(0, _count * _shape.Size).ToArray(), shape).to(Device).permute(0, 3, 1, 2);
        return Device.type == DeviceType.CPU ? images.contiguous() : images;
    }
}
