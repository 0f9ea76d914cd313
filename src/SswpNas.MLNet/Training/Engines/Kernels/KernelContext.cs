using System.Runtime.CompilerServices;
using SswpNas.MLNet.Collectives;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>Threads, memory and other processes that the kernels share, made once for a run.</summary>
internal sealed unsafe class KernelContext : IDisposable
{
    public KernelContext(int threads, long memoryLimit = long.MaxValue, Ranks? ranks = null)
    {
        Team = new WorkTeam(threads);
        Pool = new BufferPool(memoryLimit);
        Ranks = ranks ?? Ranks.Single;
        Sums = new GradientSums(this);
    }

    public WorkTeam Team { get; }

    public BufferPool Pool { get; }

    public Ranks Ranks { get; }

    /// <summary>The weights' gradients, in the order of the batch's parts.</summary>
    public GradientSums Sums { get; }

    /// <summary>What this process has of the batch at work; known from <see cref="Begin"/> on where there are other ranks.</summary>
    private RowShare Share { get; set; }

    /// <summary>Before a pass over a batch of so many images, those of all ranks.</summary>
    public RowShare Begin(int images) => Share = Ranks.Share(images);

    /// <summary>The parts of the batch in which an activation of so many images lies here.</summary>
    public PartRange Parts(int images)
    {
        if (!Ranks.AreSeveral) return new PartRange(0, BatchParts.Count(images), images, 0);
        (int rank, int ranks) = (Ranks.Rank, Ranks.Size);
        return new PartRange(
            BatchParts.FirstPart(rank, ranks, Share.All), BatchParts.CountOf(rank, ranks, Share.All), Share.All, Share.First);
    }

    /// <summary>Runs work(image, part, thread) for each image here; a part's images come in order on one thread.</summary>
    public void ForImages(int images, Action<int, int, int> work)
    {
        PartRange parts = Parts(images);
        Team.Run(parts.Count, (part, thread) =>
        {
            int end = parts.FirstImage(part + 1);
            for (int n = parts.FirstImage(part); n < end; n++) work(n, part, thread);
        });
    }

    /// <summary>Memory for each thread; give it back to the pool.</summary>
    public float* RentScratch(long perThread) => Pool.Rent(Team.Threads * Aligned(perThread));

    public static float* Of(float* scratch, int thread, long perThread) => scratch + (thread * Aligned(perThread));

    public float* RentCleared(long count)
    {
        float* buffer = Pool.Rent(count);
        Clear(buffer, count);
        return buffer;
    }

    public static void Clear(float* buffer, long count) =>
        Unsafe.InitBlockUnaligned(buffer, 0, checked((uint)(count * sizeof(float))));

    /// <summary>The numbers of a contiguous float tensor on the CPU.</summary>
    public static float* Pointer(Tensor tensor)
    {
        fixed (byte* p = tensor.bytes) return (float*)p;
    }

    /// <summary>
    /// A weight's gradient, to be added to: zeros at the weight's first use in a step, else the sum of the uses before.
    /// </summary>
    public static float* Gradient(Weight weight)
    {
        Tensor gradient = weight.EnsureGradient();
        if (!weight.HasGradient) Clear(Pointer(gradient), gradient.numel());
        weight.HasGradient = true;
        return Pointer(gradient);
    }

    /// <summary>target += the parts' rows, in their order.</summary>
    public static void AddParts(float* rows, int parts, int size, float* target)
    {
        Span<float> sum = new(target, size);
        for (int p = 0; p < parts; p++) TensorPrimitives.Add(sum, new ReadOnlySpan<float>(rows + ((long)p * size), size), sum);
    }

    public void Dispose()
    {
        Team.Dispose();
        Pool.Dispose();
    }

    private static long Aligned(long count) => (count + 31) / 32 * 32;
}
