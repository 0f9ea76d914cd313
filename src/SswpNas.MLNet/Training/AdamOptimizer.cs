using SswpNas.MLNet.SearchSpace;
using TorchSharp;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Training;

/// <summary>
/// Adam with decoupled weight decay. Every weight counts its own steps for the correction of the moments' bias, since
/// operations are sampled at different times.
/// </summary>
internal sealed class AdamOptimizer(
    IReadOnlyList<Weight> weights, double beta1, double beta2, double weightDecay, double clip)
    : WeightOptimizer(weights, clip)
{
    private const double Epsilon = 1e-8;

    protected override void Move(Weight weight, float scale, float learningRate)
    {
        (double rate, double root) = Begin(weight, learningRate);
        Span<float> w = Numbers(weight.Value), g = Numbers(weight.Gradient!);
        Span<float> m = Numbers(weight.Momentum!), v = Numbers(weight.SecondMoment!);
        (float keep1, float keep2, float decay) = ((float)beta1, (float)beta2, (float)(1 - (learningRate * weightDecay)));
        (float step, float unbias) = ((float)rate, (float)root);
        for (int i = 0; i < w.Length; i++)
        {
            float gradient = scale * g[i];
            m[i] = (keep1 * m[i]) + ((1 - keep1) * gradient);
            v[i] = (keep2 * v[i]) + ((1 - keep2) * gradient * gradient);
            w[i] = (decay * w[i]) - (step * m[i] / ((MathF.Sqrt(v[i]) * unbias) + (float)Epsilon));
        }
    }

    protected override void MoveOnDevice(Weight weight, Tensor gradient, double learningRate)
    {
        (double rate, double root) = Begin(weight, learningRate);
        using Scalar keep1 = beta1, new1 = 1 - beta1, keep2 = beta2, new2 = 1 - beta2, unbias = root, epsilon = Epsilon;
        using Scalar decay = 1 - (learningRate * weightDecay), step = -rate;
        weight.Momentum!.mul_(keep1).add_(gradient, alpha: new1);
        weight.SecondMoment!.mul_(keep2).addcmul_(gradient, gradient, new2);
        Tensor divisor = weight.SecondMoment.sqrt().mul_(unbias).add_(epsilon);
        weight.Value.mul_(decay).addcdiv_(weight.Momentum, divisor, step);
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
