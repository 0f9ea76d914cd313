using TorchSharp;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Training.Engines;

/// <summary>Everything by libtorch and its autograd: on a GPU, and as a check on our kernels.</summary>
/// <param name="device">Where.</param>
/// <param name="threads">libtorch's, on the CPU.</param>
/// <param name="asynchronous">Whether to treat the CPU as a device, for tests of what happens on one.</param>
internal sealed class TorchEngine(Device device, int threads, bool asynchronous = false) : NetworkEngine
{
    public override Device Device => device;

    /// <summary>Of all passes but those that <see cref="Pass.FullPrecision"/> is said of.</summary>
    public Precision Precision { get; init; }

    public override bool IsAsynchronous { get; } = asynchronous || device.type != DeviceType.CPU;

    public override LossValue ForwardBackward(
        INetworkBody body, IReadOnlyList<Weight> bodyWeights, ILossHead head, ImageBatch batch, Pass pass)
    {
        using Libtorch.ThreadCount all = Libtorch.Threads(threads);
        using DisposeScope scope = NewDisposeScope();
        WeightGradients? gradients = pass.WeightGradients ? new WeightGradients([.. bodyWeights, .. head.Weights]) : null;
        TorchExecution run = new(pass, gradients, Precision);
        Tensor features = body.Forward(run, Images(batch));
        Tensor loss = head.Loss(features, batch, gradients);
        loss.backward();
        run.CollectGates();
        gradients?.Collect();
        return IsAsynchronous ? LossValue.Queued(loss) : LossValue.Of(HostSync.Number(loss));
    }

    public override Tensor Forward(INetworkBody body, ImageBatch batch, Pass pass)
    {
        using Libtorch.ThreadCount all = Libtorch.Threads(threads);
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        return body.Forward(new TorchExecution(pass, null, Precision), Images(batch)).MoveToOuterDisposeScope();
    }

    public override void Dispose()
    {
    }

    // libtorch's channels-last kernels corrupt the heap when they train on the CPU (seen with libtorch 2.10).
    private Tensor Images(ImageBatch batch)
    {
        if (batch.Planar is not null) return batch.Planar.alias();
        long[] shape = [batch.Count, batch.Shape.Height, batch.Shape.Width, batch.Shape.Channels];
        Tensor images = Upload.Floats(batch.Pixels, shape, Device).permute(0, 3, 1, 2);
        return Device.type == DeviceType.CPU ? images.contiguous() : images;
    }
}
