using SswpNas.MLNet.Data;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.SearchSpace;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Training;

/// <summary>What is between images and features in a step.</summary>
internal interface INetworkBody
{
    T Forward<T>(IExecution<T> run, T images)
        where T : class;
}

/// <summary>What is between features and the loss; it is small and left to libtorch.</summary>
internal interface ILossHead
{
    /// <summary>A scalar from features, [images, size].</summary>
    /// <param name="features">On the device of the engine.</param>
    /// <param name="gradients">Which weights of the head get gradients; null for none.</param>
    Tensor Loss(Tensor features, WeightGradients? gradients);

    /// <summary>The head's weights.</summary>
    IReadOnlyList<Weight> Weights { get; }
}

/// <summary>How one step is meant.</summary>
/// <param name="TrainsWeights">False in an architecture step, which asks for gate gradients only.</param>
/// <param name="DropPath">Drop path, or null for none.</param>
internal sealed record StepKind(bool TrainsWeights, DropPath? DropPath = null)
{
    public static StepKind WeightStep { get; } = new(TrainsWeights: true);

    public static StepKind ArchitectureStep { get; } = new(TrainsWeights: false);
}

/// <summary>Computes steps and features somewhere: by our kernels on a CPU, or by libtorch anywhere.</summary>
internal abstract class NetworkEngine : IDisposable
{
    /// <summary>Where a network's tensors have to lie.</summary>
    public abstract Device Device { get; }

    /// <summary>
    /// Whether calls only queue work, so that asking for a number waits for all of it. Losses are tensors then, and an
    /// optimiser has to work by tensors too.
    /// </summary>
    public virtual bool IsAsynchronous => false;

    /// <summary>Room for images to be written into, channels last, before a call; kept from call to call.</summary>
    public abstract Span<float> Images(int count, ImageShape shape);

    /// <summary>Instead of writing images: those of a tensor, [count, channels, height, width], on the engine's device.</summary>
    /// <param name="images">Normalised; taken over.</param>
    public abstract void Show(Tensor images);

    /// <summary>
    /// One pass forward and back over the images written last. Fills gradients (of weights in use only) or gate gradients.
    /// </summary>
    /// <returns>The loss; on a device the step may still be at work.</returns>
    public abstract LossValue ForwardBackward(INetworkBody body, IReadOnlyList<Weight> bodyWeights, ILossHead head, StepKind kind);

    /// <summary>Features of the images written last, by running statistics; count x size numbers.</summary>
    public abstract float[] Features(INetworkBody body);

    /// <summary>
    /// Features of the images written last, by the batch's own statistics, where the engine computes: [count, size] without a
    /// graph, the caller's to dispose of. Nothing moves.
    /// </summary>
    public abstract Tensor BatchFeatures(INetworkBody body);

    /// <summary>A pass forward in training mode for nothing but the running statistics of batch norm.</summary>
    public abstract void UpdateStatistics(INetworkBody body);

    /// <summary>An engine for a device; <see cref="EngineCheck"/> has said before whether there is one.</summary>
    /// <param name="device">Where to compute.</param>
    /// <param name="threads">CPU threads.</param>
    /// <param name="managedKernels">Whether our own kernels compute, on a CPU.</param>
    /// <param name="precision">Of libtorch; our kernels have one only.</param>
    /// <param name="memoryLimit">Bytes that our kernels may take; null for what there is.</param>
    public static NetworkEngine Create(
        Device device, int threads, bool managedKernels, Precision precision = Precision.Float32, long? memoryLimit = null)
    {
        if (device.type != TorchSharp.DeviceType.CPU || !managedKernels)
            return new TorchEngine(device, threads) { Precision = precision };
        if (precision == Precision.Float32) return new KernelEngine(threads, memoryLimit ?? long.MaxValue);
        throw new ArgumentException($"Our kernels compute in 32 bits; {precision} was asked for.", nameof(precision));
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    protected abstract void Free();
}
