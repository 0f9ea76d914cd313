using SswpNas.MLNet.Collectives;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Training.Engines;

/// <summary>What is between features and the loss; it is small and left to libtorch.</summary>
internal interface ILossHead
{
    /// <summary>A scalar from features, [images, size].</summary>
    Tensor Loss(Tensor features, ImageBatch batch, WeightGradients? gradients);

    /// <summary>The head's weights.</summary>
    IReadOnlyList<Weight> Weights { get; }
}

/// <summary>Computes passes somewhere: by our kernels on a CPU, or by libtorch anywhere.</summary>
internal abstract class NetworkEngine : IDisposable
{
    /// <summary>Where a network's tensors have to lie.</summary>
    public abstract Device Device { get; }

    /// <summary>
    /// Whether calls only queue work, so that asking for a number waits for all of it. Losses are tensors then, and an
    /// optimiser has to work by tensors too.
    /// </summary>
    public abstract bool IsAsynchronous { get; }

    /// <summary>
    /// One forward and backward pass over a batch. Fills gradients (of weights in use only) or gate gradients, as the pass
    /// says.
    /// </summary>
    /// <returns>The loss; on a device the step may still be at work.</returns>
    public abstract LossValue ForwardBackward(
        INetworkBody body, IReadOnlyList<Weight> bodyWeights, ILossHead head, ImageBatch batch, Pass pass);

    /// <summary>
    /// Features of a batch without a graph, [count, size], where the engine computes; the caller disposes of them.
    /// </summary>
    public abstract Tensor Forward(INetworkBody body, ImageBatch batch, Pass pass);

    /// <summary>The rows of a batch that have to be here when it is passed on; all of them where there is one process.</summary>
    public virtual RowShare Share(int rows) => RowShare.Whole(rows);

    /// <summary>Features of a batch by running statistics; count x size numbers.</summary>
    public float[] Features(INetworkBody body, ImageBatch batch)
    {
        using Tensor features = Forward(body, batch, Pass.Evaluation);
        return HostSync.Numbers(features);
    }

    /// <summary>An engine for a device; <see cref="EngineCheck"/> has said before whether there is one.</summary>
    public static NetworkEngine Create(
        Device device, int threads, bool managedKernels, Precision precision = Precision.Float32, long? memoryLimit = null,
        Ranks? ranks = null)
    {
        if (device.type != TorchSharp.DeviceType.CPU || !managedKernels)
            return new TorchEngine(device, threads) { Precision = precision };
        if (precision == Precision.Float32) return new KernelEngine(threads, memoryLimit ?? long.MaxValue, ranks);
        throw new ArgumentException($"Our kernels compute in 32 bits; {precision} was asked for.", nameof(precision));
    }

    public abstract void Dispose();
}
