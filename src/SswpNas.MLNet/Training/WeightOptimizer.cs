using SswpNas.MLNet.Kernels;
using SswpNas.MLNet.SearchSpace;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Training;

/// <summary>
/// Moves the weights that have a gradient in this step. The others stay bit-identical: an operation that was not sampled
/// neither moves on by its moments nor decays.
/// </summary>
internal abstract unsafe class WeightOptimizer(IReadOnlyList<Weight> weights, double clip)
{
    public IReadOnlyList<Weight> Weights => weights;

    public static WeightOptimizer Of(
        OptimizerKind kind, IReadOnlyList<Weight> weights, double momentum, double adamBeta2, double weightDecay,
        double clip) => kind switch
        {
            OptimizerKind.Adam => new AdamOptimizer(weights, momentum, adamBeta2, weightDecay, clip),
            _ => new SgdOptimizer(weights, momentum, weightDecay, clip),
        };

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

    /// <summary>Moves one weight on a CPU; its gradient counts multiplied by the scale.</summary>
    protected abstract void Move(Weight weight, float scale, float learningRate);

    /// <summary>Moves one weight by its clipped gradient, on a device.</summary>
    protected abstract void MoveOnDevice(Weight weight, Tensor gradient, double learningRate);

    /// <summary>A moment's tensor, made at its first use.</summary>
    protected static Tensor Zeros(Weight weight) =>
        zeros_like(weight.Value, requires_grad: false).DetachFromDisposeScope();

    protected static Span<float> Numbers(Tensor tensor) =>
        new(KernelContext.Pointer(tensor), checked((int)tensor.numel()));

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

    private double StepOnDevice(List<Weight> moving, double learningRate)
    {
        using IDisposable noGrad = no_grad();
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        Tensor norm = stack(moving.Select(w => w.Gradient!.norm())).norm();
        using TorchSharp.Scalar most = clip, little = 1e-6, one = 1;
        Tensor scale = norm.add(little).reciprocal().mul(most).clamp_max(one);
        foreach (Weight weight in moving) MoveOnDevice(weight, weight.Gradient! * scale, learningRate);
        return norm.item<float>();
    }
}
