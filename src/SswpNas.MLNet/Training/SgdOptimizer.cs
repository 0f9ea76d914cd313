using SswpNas.MLNet.Kernels;
using SswpNas.MLNet.SearchSpace;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Training;

/// <summary>
/// SGD with momentum and weight decay over the weights that have a gradient in this step. The others stay bit-identical:
/// an operation that was not sampled neither moves on by its momentum nor decays.
/// </summary>
internal sealed unsafe class SgdOptimizer(IReadOnlyList<Weight> weights, double momentum, double weightDecay, double clip)
{
    public IReadOnlyList<Weight> Weights => weights;

    /// <summary>One step; gradients are scaled down together to a norm of at most the clip.</summary>
    /// <returns>The gradient's norm before clipping.</returns>
    public double Step(double learningRate)
    {
        List<Weight> moving = [.. weights.Where(w => w.HasGradient)];
        if (moving.Count == 0) return 0;
        return moving[0].Value.device_type == TorchSharp.DeviceType.CPU
            ? StepOnCpu(moving, learningRate)
            : StepOnDevice(moving, learningRate);
    }

    private double StepOnCpu(List<Weight> moving, double learningRate)
    {
        double squares = 0;
        foreach (Weight weight in moving)
        {
            foreach (float g in Numbers(weight.Gradient!)) squares += (double)g * g;
        }

        double norm = Math.Sqrt(squares);
        float scale = (float)Math.Min(1, clip / (norm + 1e-6));
        foreach (Weight weight in moving) Move(weight, scale, (float)learningRate);
        return norm;
    }

    private void Move(Weight weight, float scale, float learningRate)
    {
        bool first = weight.Momentum is null;
        weight.Momentum ??= zeros_like(weight.Value, requires_grad: false).DetachFromDisposeScope();
        Span<float> w = Numbers(weight.Value), v = Numbers(weight.Momentum), g = Numbers(weight.Gradient!);
        float decay = (float)weightDecay, keep = first ? 0 : (float)momentum;
        for (int i = 0; i < w.Length; i++)
        {
            v[i] = (keep * v[i]) + (scale * g[i]) + (decay * w[i]);
            w[i] -= learningRate * v[i];
        }
    }

    private double StepOnDevice(List<Weight> moving, double learningRate)
    {
        using IDisposable noGrad = no_grad();
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        Tensor norm = stack(moving.Select(w => w.Gradient!.norm())).norm();
        Tensor scale = (clip / (norm + 1e-6)).clamp_max(1);
        foreach (Weight weight in moving)
        {
            Tensor step = (weight.Gradient! * scale).add_(weight.Value, alpha: weightDecay);
            if (weight.Momentum is null) weight.Momentum = step.clone().DetachFromDisposeScope();
            else weight.Momentum.mul_(momentum).add_(step);
            weight.Value.add_(weight.Momentum, alpha: -learningRate);
        }

        return norm.item<float>();
    }

    private static Span<float> Numbers(Tensor tensor) => new(KernelContext.Pointer(tensor), checked((int)tensor.numel()));
}
