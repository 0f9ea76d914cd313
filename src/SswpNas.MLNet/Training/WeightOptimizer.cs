using SswpNas.MLNet.Training.Engines.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Training;

/// <summary>
/// Moves the weights that have a gradient in this step. The others stay bit-identical: an operation that was not sampled
/// neither moves on by its moments nor decays. A step whose gradient has no finite norm moves nothing and is counted; on a
/// device that is decided there, without the host.
/// </summary>
/// <param name="weights">All that may ever move.</param>
/// <param name="clip">Largest norm of all gradients together.</param>
/// <param name="asynchronous">Works by tensors and fetches nothing (<see cref="Engines.NetworkEngine.IsAsynchronous"/>).</param>
internal abstract unsafe class WeightOptimizer(IReadOnlyList<Weight> weights, double clip, bool asynchronous) : IDisposable
{
    private Tensor? _skipped; // [1] doubles, on the device

    public IReadOnlyList<Weight> Weights => weights;

    /// <summary>Steps that moved nothing; those on a device show after <see cref="Fetch"/>.</summary>
    public int Skipped { get; private set; }

    public static WeightOptimizer Of(
        OptimizerKind kind, IReadOnlyList<Weight> weights, double momentum, double adamBeta2, double weightDecay,
        double clip, bool asynchronous) => kind switch
        {
            OptimizerKind.Adam => new AdamOptimizer(weights, momentum, adamBeta2, weightDecay, clip, asynchronous),
            _ => new SgdOptimizer(weights, momentum, weightDecay, clip, asynchronous),
        };

    /// <summary>One step; gradients are scaled down together to a norm of at most the clip.</summary>
    public void Step(double learningRate)
    {
        List<Weight> moving = [.. weights.Where(w => w.HasGradient)];
        if (moving.Count == 0) return;
        if (asynchronous) StepOnDevice(moving, learningRate);
        else StepOnCpu(moving, learningRate);
    }

    /// <summary>Brings to the host what a device has counted: one wait; none on a CPU.</summary>
    public void Fetch()
    {
        if (_skipped is null) return;
        using DisposeScope scope = NewDisposeScope();
        Tensor? steps = CountedSteps();
        double[] found = HostSync.Doubles(steps is null ? _skipped : cat([_skipped, steps]));
        Skipped = (int)found[0];
        for (int i = 1; i < found.Length; i++) weights[i - 1].Steps = (int)found[i];
    }

    /// <summary>After the weights were set back to a checkpoint: what is counted on a device is taken from them anew.</summary>
    public virtual void Reload()
    {
    }

    public void Dispose()
    {
        Free();
        _skipped?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Moves one weight on a CPU; its gradient counts multiplied by the scale.</summary>
    protected abstract void Move(Weight weight, float scale, float learningRate);

    /// <summary>
    /// Moves weights on a device by their clipped gradients, all zeros where the step is not taken. Nothing may come to
    /// the host.
    /// </summary>
    protected abstract void MoveOnDevice(
        IReadOnlyList<Weight> moving, IReadOnlyList<Tensor> gradients, Tensor taken, double learningRate);

    /// <summary>Each weight's number of steps, [weights] doubles, where it is counted on a device.</summary>
    protected virtual Tensor? CountedSteps() => null;

    protected virtual void Free()
    {
    }

    /// <summary>A moment's tensor, made at its first use.</summary>
    protected static Tensor Zeros(Weight weight) =>
        zeros_like(weight.Value, requires_grad: false).DetachFromDisposeScope();

    protected static Span<float> Numbers(Tensor tensor) =>
        new(KernelContext.Pointer(tensor), checked((int)tensor.numel()));

    /// <summary>A scalar on the device: one number where the step is taken, another where it is not.</summary>
    protected static Tensor Choose(Tensor taken, double then, double otherwise)
    {
        using Tensor yes = full([], then, dtype: ScalarType.Float32, device: taken.device);
        using Tensor no = full([], otherwise, dtype: ScalarType.Float32, device: taken.device);
        return where(taken, yes, no);
    }

    private void StepOnCpu(List<Weight> moving, double learningRate)
    {
        double squares = 0;
        foreach (Weight weight in moving)
        {
            foreach (float g in Numbers(weight.Gradient!)) squares += (double)g * g;
        }

        double norm = Math.Sqrt(squares);
        if (!double.IsFinite(norm))
        {
            Skipped++;
            return;
        }

        float scale = (float)Math.Min(1, clip / (norm + 1e-6));
        foreach (Weight weight in moving) Move(weight, scale, (float)learningRate);
    }

    private void StepOnDevice(List<Weight> moving, double learningRate)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor norm = stack(moving.Select(w => w.Gradient!.norm())).norm();
        Tensor taken = norm.isfinite(), left = taken.logical_not();
        using Scalar most = clip, little = 1e-6, one = 1, none = 0;
        Tensor scale = norm.add(little).reciprocal().mul(most).clamp_max(one);
        Tensor[] gradients = [.. moving.Select(w => w.Gradient!.mul(scale).masked_fill_(left, none))];
        MoveOnDevice(moving, gradients, taken, learningRate);
        _skipped ??= zeros(1, dtype: ScalarType.Float64, device: norm.device).DetachFromDisposeScope();
        _skipped.add_(left, alpha: one);
    }
}
