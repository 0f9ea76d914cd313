using SswpNas.MLNet.Collectives;
using SswpNas.MLNet.Training.Engines.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Training.Engines;

/// <summary>
/// The network by our own kernels; libtorch computes the head alone. Of several ranks each takes its share of a batch through the
/// network, and all compute the head for the whole batch, alike.
/// </summary>
internal sealed unsafe class KernelEngine(int threads, long memoryLimit, Ranks? ranks = null) : NetworkEngine
{
    private readonly KernelContext _context = new(threads, memoryLimit, ranks);

    public override Device Device => CPU;

    public override bool IsAsynchronous => false;

    /// <summary>Bytes that the kernels hold.</summary>
    public long PoolBytes => _context.Pool.Bytes;

    public override RowShare Share(int rows) => _context.Ranks.Share(rows);

    public override LossValue ForwardBackward(
        INetworkBody body, IReadOnlyList<Weight> bodyWeights, ILossHead head, ImageBatch batch, Pass pass)
    {
        foreach (Weight weight in bodyWeights) weight.HasGradient = false;
        KernelExecution run = new(_context, pass);
        using Tensor? interleaved = Interleaved(batch);
        RowShare share = _context.Begin(batch.Count);
        fixed (float* pixels = batch.Pixels)
        {
            Activation features = body.Forward(run, Images(batch, share, pixels, interleaved));
            using DisposeScope scope = NewDisposeScope();
            using Libtorch.ThreadCount one = Libtorch.Threads(1); // the head is small
            WeightGradients? headGradients = pass.WeightGradients ? new WeightGradients(head.Weights) : null;
            Tensor leaf = Gathered(features, share).requires_grad_();
            Tensor loss = head.Loss(leaf, batch, headGradients);
            loss.backward();
            headGradients?.Collect();
            using Tensor gradient = leaf.grad ?? throw new InvalidOperationException("The loss does not depend on the features.");
            run.Backward(features, new ReadOnlySpan<float>(
                KernelContext.Pointer(gradient) + ((long)share.First * features.Channels), checked((int)features.Count)));
            return LossValue.Of(HostSync.Number(loss));
        }
    }

    public override Tensor Forward(INetworkBody body, ImageBatch batch, Pass pass)
    {
        KernelExecution run = new(_context, pass);
        using Tensor? interleaved = Interleaved(batch);
        RowShare share = _context.Begin(batch.Count);
        fixed (float* pixels = batch.Pixels)
        {
            Activation features = body.Forward(run, Images(batch, share, pixels, interleaved));
            Tensor copy = Gathered(features, share);
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

    /// <summary>This rank's share of the images; the batch may hold no more than that.</summary>
    private static Activation Images(ImageBatch batch, RowShare share, float* pixels, Tensor? interleaved)
    {
        ImageShape shape = batch.Shape;
        float* first = interleaved is null
            ? pixels + ((long)(share.First - batch.Rows.First) * shape.Size)
            : KernelContext.Pointer(interleaved) + ((long)share.First * shape.Size);
        return KernelExecution.Images(first, share.Count, shape.Height, shape.Width, shape.Channels);
    }

    /// <summary>The features of the whole batch.</summary>
    private Tensor Gathered(Activation features, RowShare share)
    {
        Tensor all = empty(share.All, features.Channels);
        Span<float> numbers = new(KernelContext.Pointer(all), checked(share.All * features.Channels));
        new ReadOnlySpan<float>(features.Data, checked((int)features.Count)).CopyTo(numbers[(share.First * features.Channels)..]);
        _context.Ranks.GatherRows(numbers, share.All, features.Channels);
        return all;
    }
}
