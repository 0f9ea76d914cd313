using static TorchSharp.torch;

namespace SswpNas.MLNet.SearchSpace.Layers;

/// <summary>
/// A trained tensor with its gradient and its optimiser's moments. A weight whose operation was not sampled in a step has no
/// gradient in it, and the optimiser leaves it alone: no step of its moments, no weight decay.
/// </summary>
internal sealed class Weight(Tensor value) : LayerTensor(value)
{
    // A larger array would stay in memory, beside the tensor, until a full collection.
    private const int MostArray = 1 << 20;

    /// <summary>The gradient of the last step; its numbers mean something only where <see cref="HasGradient"/>.</summary>
    public Tensor? Gradient { get; private set; }

    public bool HasGradient { get; set; }

    /// <summary>The optimiser's first moment; null before the weight's first step.</summary>
    public Tensor? Momentum { get; set; }

    /// <summary>Adam's second moment.</summary>
    public Tensor? SecondMoment { get; set; }

    /// <summary>Adam's steps so far.</summary>
    public int Steps { get; set; }

    /// <summary>The gradient's tensor, made at its first use.</summary>
    public Tensor EnsureGradient()
    {
        if (Gradient is null)
        {
            using (no_grad()) Gradient = zeros_like(Value, requires_grad: false).DetachFromDisposeScope();
        }

        return Gradient;
    }

    /// <summary>Takes over the gradient that libtorch left at the value, if it left one, and ends differentiation.</summary>
    public void TakeGradient()
    {
        Gradient?.Dispose();
        Gradient = Value.grad?.DetachFromDisposeScope();
        HasGradient = Gradient is not null;
        Value.grad = null;
        Value.requires_grad = false;
    }

    /// <summary>Puts the value onto a device; gradient and moments start afresh there.</summary>
    public override void MoveTo(Device device)
    {
        base.MoveTo(device);
        DisposeState();
        (Gradient, Momentum, SecondMoment, Steps) = (null, null, null, 0);
    }

    public override void Dispose()
    {
        base.Dispose();
        DisposeState();
    }

    /// <summary>Uniform in +-1 / sqrt(fan-in), PyTorch's default for convolutions and linear layers.</summary>
    public static Weight Uniform(long[] shape, int fanIn, ref RandomStream random)
    {
        long count = 1;
        foreach (long n in shape) count *= n;
        double bound = 1 / Math.Sqrt(fanIn);
        if (count > MostArray) return new Weight(Filled(shape, bound, ref random));
        float[] values = new float[count];
        Fill(values, bound, ref random);
        return new Weight(tensor(values, shape));
    }

    public static Weight Constant(float value, int length)
    {
        float[] values = new float[length];
        values.AsSpan().Fill(value);
        return new Weight(tensor(values));
    }

    private static Tensor Filled(long[] shape, double bound, ref RandomStream random)
    {
        Tensor values = empty(shape, ScalarType.Float32);
        Fill(HostSync.Memory(values), bound, ref random);
        return values;
    }

    private static void Fill(Span<float> values, double bound, ref RandomStream random)
    {
        for (int i = 0; i < values.Length; i++) values[i] = (float)random.NextDouble(-bound, bound);
    }

    private void DisposeState()
    {
        Gradient?.Dispose();
        Momentum?.Dispose();
        SecondMoment?.Dispose();
    }
}
