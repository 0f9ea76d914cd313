using SswpNas.MLNet.Data;
using SswpNas.MLNet.Execution;
using SswpNas.MLNet.Kernels;
using SswpNas.MLNet.SearchSpace;
using TorchSharp;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Training;

/// <summary>The network by our own kernels; libtorch computes the head alone.</summary>
internal sealed unsafe class KernelEngine(int threads, long memoryLimit) : NetworkEngine
{
    private readonly KernelContext _context = new(threads, memoryLimit);
    private float* _images;
    private long _room;
    private int _count;
    private ImageShape _shape;

    public override Device Device => CPU;

    /// <summary>Bytes that the kernels hold.</summary>
    public long PoolBytes => _context.Pool.Bytes;

    public override Span<float> Images(int count, ImageShape shape)
    {
        long needed = (long)count * shape.Size;
        if (needed > _room)
        {
            _context.Pool.Return(_images);
            _images = _context.Pool.Rent(needed);
            _room = needed;
        }

        (_count, _shape) = (count, shape);
        return new Span<float>(_images, checked((int)needed));
    }

    public override void Show(Tensor images)
    {
        using Tensor planar = images;
        using Tensor view = planar.permute(0, 2, 3, 1);
        using Tensor interleaved = view.contiguous();
        long[] shape = planar.shape;
        Span<float> room = Images((int)shape[0], new ImageShape((int)shape[1], (int)shape[2], (int)shape[3]));
        new ReadOnlySpan<float>(KernelContext.Pointer(interleaved), room.Length).CopyTo(room);
    }

    public override LossValue Launch(INetworkBody body, IReadOnlyList<Weight> bodyWeights, ILossHead head, StepKind kind)
    {
        foreach (Weight weight in bodyWeights) weight.HasGradient = false;
        KernelExecution run = new(_context, new PassOptions(Training: true, kind.TrainsWeights, DropPath: kind.DropPath));
        Activation features = body.Forward(run, Written());
        using DisposeScope scope = NewDisposeScope();
        using Libtorch.ThreadCount one = Libtorch.Threads(1); // the head is small
        WeightGradients? headGradients = kind.TrainsWeights ? new WeightGradients(head.Weights) : null;
        Tensor leaf = Tensor(features).requires_grad_();
        Tensor loss = head.Loss(leaf, headGradients);
        loss.backward();
        headGradients?.Collect();
        using Tensor gradient = leaf.grad ?? throw new InvalidOperationException("The loss does not depend on the features.");
        run.Backward(features, new ReadOnlySpan<float>(KernelContext.Pointer(gradient), checked((int)features.Count)));
        return LossValue.Of(HostSync.Number(loss));
    }

    public override float[] Features(INetworkBody body)
    {
        KernelExecution run = new(_context, PassOptions.Evaluation);
        Activation features = body.Forward(run, Written());
        float[] values = new ReadOnlySpan<float>(features.Data, checked((int)features.Count)).ToArray();
        run.Free(features);
        return values;
    }

    public override Tensor BatchFeatures(INetworkBody body)
    {
        KernelExecution run = new(
            _context, new PassOptions(Training: true, WeightGradients: false, UpdateStatistics: false));
        Tensor features = Tensor(body.Forward(run, Written()));
        run.Abandon();
        return features;
    }

    public override void UpdateStatistics(INetworkBody body)
    {
        KernelExecution run = new(_context, new PassOptions(Training: true, WeightGradients: false));
        body.Forward(run, Written());
        run.Abandon();
    }

    protected override void Free() => _context.Dispose();

    private Activation Written() => KernelExecution.Images(_images, _count, _shape.Height, _shape.Width, _shape.Channels);

    private static Tensor Tensor(Activation features)
    {
        Tensor copy = empty(features.Images, features.Channels);
        new ReadOnlySpan<float>(features.Data, checked((int)features.Count))
            .CopyTo(new Span<float>(KernelContext.Pointer(copy), checked((int)features.Count)));
        return copy;
    }
}
