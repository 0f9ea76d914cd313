using TorchSharp;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace SswpNas.MLNet.Training;

/// <summary>
/// Adam with decoupled weight decay. Every weight counts its own steps for the correction of the moments' bias, since
/// operations are sampled at different times.
/// </summary>
internal sealed class AdamOptimizer(
    IReadOnlyList<Weight> weights, double beta1, double beta2, double weightDecay, double clip, bool asynchronous = false)
    : WeightOptimizer(weights, clip, asynchronous)
{
    private const double Epsilon = 1e-8;
    private const int Block = 512; // numbers at a time, whose intermediate results stay in the cache

    private readonly Dictionary<Weight, int> _numbers = weights.Index().ToDictionary(w => w.Item, w => w.Index);
    private Tensor? _steps; // of each weight, on a device

    protected override void Move(Weight weight, float scale, float learningRate)
    {
        (double rate, double root) = Begin(weight, learningRate);
        Span<float> w = Numbers(weight.Value), g = Numbers(weight.Gradient!);
        Span<float> m = Numbers(weight.Momentum!), v = Numbers(weight.SecondMoment!);
        (float keep1, float keep2, float decay) = ((float)beta1, (float)beta2, (float)(1 - (learningRate * weightDecay)));
        (float step, float unbias) = ((float)rate, (float)root);
        Span<float> blocks = stackalloc float[2 * Block];
        for (int i = 0; i < w.Length; i += Block)
        {
            int count = Math.Min(Block, w.Length - i);
            Span<float> gradient = blocks[..count], ratio = blocks.Slice(Block, count);
            Span<float> first = m.Slice(i, count), second = v.Slice(i, count), value = w.Slice(i, count);
            TensorPrimitives.Multiply(g.Slice(i, count), scale, gradient);
            TensorPrimitives.Multiply(first, keep1, first);
            TensorPrimitives.MultiplyAdd(gradient, 1 - keep1, first, first);
            TensorPrimitives.Multiply(gradient, 1 - keep2, ratio);
            TensorPrimitives.Multiply(second, keep2, second);
            TensorPrimitives.MultiplyAdd(ratio, gradient, second, second);
            TensorPrimitives.Sqrt(second, ratio);
            TensorPrimitives.Multiply(ratio, unbias, ratio);
            TensorPrimitives.Add(ratio, (float)Epsilon, ratio);
            TensorPrimitives.Multiply(first, step, gradient);
            TensorPrimitives.Divide(gradient, ratio, ratio);
            TensorPrimitives.Multiply(value, decay, value);
            TensorPrimitives.Subtract(value, ratio, value);
        }
    }

    protected override void MoveOnDevice(
        IReadOnlyList<Weight> moving, IReadOnlyList<Tensor> gradients, Tensor taken, double learningRate)
    {
        (Tensor rates, Tensor roots) = BeginOnDevice(moving, taken, learningRate);
        using Scalar new1 = 1 - beta1, new2 = 1 - beta2, epsilon = Epsilon, less = -1;
        Tensor keep1 = Choose(taken, beta1, 1), keep2 = Choose(taken, beta2, 1);
        Tensor decay = Choose(taken, 1 - (learningRate * weightDecay), 1);
        for (int i = 0; i < moving.Count; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            Weight weight = moving[i];
            weight.Momentum ??= Zeros(weight);
            weight.SecondMoment ??= Zeros(weight);
            weight.Momentum.mul_(keep1).add_(gradients[i], alpha: new1);
            weight.SecondMoment.mul_(keep2).addcmul_(gradients[i], gradients[i], new2);
            Tensor divisor = weight.SecondMoment.sqrt().mul_(roots[i]).add_(epsilon);
            weight.Value.mul_(decay).addcmul_(weight.Momentum.div(divisor), rates[i], less);
        }
    }

    protected override Tensor? CountedSteps() => _steps;

    public override void Reload()
    {
        _steps?.Dispose();
        _steps = null;
    }

    protected override void Free() => _steps?.Dispose();

    /// <summary>What <see cref="Begin"/> does, for all moving weights at once; a step that is not taken does not count.</summary>
    private (Tensor Rates, Tensor Roots) BeginOnDevice(IReadOnlyList<Weight> moving, Tensor taken, double learningRate)
    {
        Device device = taken.device;
        _steps ??= Upload.Longs([.. Weights.Select(w => (long)w.Steps)], [Weights.Count], device)
            .to(ScalarType.Float64).DetachFromDisposeScope();
        Tensor numbers = Upload.Longs([.. moving.Select(w => (long)_numbers[w])], [moving.Count], device);
        using Scalar one = 1, none = 0, rate = learningRate, log1 = Math.Log(beta1), log2 = Math.Log(beta2);
        _steps.index_add_(0, numbers, taken.to(ScalarType.Float64).expand(moving.Count), one);
        Tensor steps = _steps.index_select(0, numbers), left = taken.logical_not();
        Tensor rates = Correction(log1).reciprocal().mul(rate).masked_fill(left, none);
        Tensor roots = Correction(log2).sqrt().reciprocal().masked_fill(left, one);
        return (rates.to(ScalarType.Float32), roots.to(ScalarType.Float32));

        Tensor Correction(Scalar log) => steps.mul(log).exp().neg().add(one);
    }

    /// <summary>Counts the step.</summary>
    /// <returns>The learning rate by the first moment's correction, and the factor that corrects the second one's root.</returns>
    private (double Rate, double Root) Begin(Weight weight, double learningRate)
    {
        weight.Momentum ??= Zeros(weight);
        weight.SecondMoment ??= Zeros(weight);
        weight.Steps++;
        return (learningRate / (1 - Math.Pow(beta1, weight.Steps)), 1 / Math.Sqrt(1 - Math.Pow(beta2, weight.Steps)));
    }
}
