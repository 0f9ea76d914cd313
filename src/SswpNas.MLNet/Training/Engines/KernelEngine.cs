using SswpNas.MLNet.Training.Engines.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Training.Engines;

/// <summary>The network by our own kernels; libtorch computes the head alone.</summary>
internal sealed unsafe class KernelEngine(int threads, long memoryLimit) : NetworkEngine
{
    private readonly KernelContext _context = new(threads, memoryLimit);

    public override Device Device => CPU;

    public override bool IsAsynchronous => false;

    /// <summary>Bytes that the kernels hold.</summary>
    public long PoolBytes => _context.Pool.Bytes;

    public override LossValue ForwardBackward(
        INetworkBody body, IReadOnlyList<Weight> bodyWeights, ILossHead head, ImageBatch batch, Pass pass)
    {
        foreach (Weight weight in bodyWeights) weight.HasGradient = false;
        KernelExecution run = new(_context, pass);
        using Tensor? interleaved = Interleaved(batch);
        fixed (float* pixels = batch.Pixels)
        {
            Activation features = body.Forward(run, Images(batch, pixels, interleaved));
            using DisposeScope scope = NewDisposeScope();
            using Libtorch.ThreadCount one = Libtorch.Threads(1); // the head is small
            WeightGradients? headGradients = pass.WeightGradients ? new WeightGradients(head.Weights) : null;
            Tensor leaf = Copy(features).requires_grad_();
            Tensor loss = head.Loss(leaf, batch, headGradients);
            loss.backward();
            headGradients?.Collect();
            using Tensor gradient = leaf.grad ?? throw new InvalidOperationException("The loss does not depend on the features.");
            run.Backward(features, new ReadOnlySpan<float>(KernelContext.Pointer(gradient), checked((int)features.Count)));
            return LossValue.Of(HostSync.Number(loss));
        }
    }

    public override Tensor Forward(INetworkBody body, ImageBatch batch, Pass pass)
    {
        KernelExecution run = new(_context, pass);
        using Tensor? interleaved = Interleaved(batch);
        fixed (float* pixels = batch.Pixels)
        {
            Activation features = body.Forward(run, Images(batch, pixels, interleaved));
            Tensor copy = Copy(features);
            run.Abandon();
            run.Free(features);
            return copy;
        }
    }

    public override void Dispose() => _context.Dispose();

    /// <summary>Images that came as a tensor, in the order that the kernels read; null for others.</summary>
    private static Tensor? Interleaved(ImageBatch batch)
    {
        using Tensor? view = batch.Planar?.permute(0, 2, 3, 1);
        return view?.contiguous();
    }

    private static Activation Images(ImageBatch batch, float* pixels, Tensor? interleaved) => KernelExecution.Images(
        interleaved is null ? pixels : KernelContext.Pointer(interleaved), batch.Count, batch.Shape.Height, batch.Shape.Width,
        batch.Shape.Channels);

    private static Tensor Copy(Activation features)
    {
        Tensor copy = empty(features.Images, features.Channels);
        new ReadOnlySpan<float>(features.Data, checked((int)features.Count))
            .CopyTo(new Span<float>(KernelContext.Pointer(copy), checked((int)features.Count)));
        return copy;
    }
}
