using System.Runtime.CompilerServices;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>Threads and memory that the kernels share, made once for a run.</summary>
internal sealed unsafe class KernelContext : IDisposable
{
    /// <summary>
    /// A batch is worked on in at most this many parts, whatever the number of threads: sums are taken within a part and
    /// then over the parts in their order, so results do not depend on the threads.
    /// </summary>
    private const int MostParts = 32;

    public KernelContext(int threads, long memoryLimit = long.MaxValue)
    {
        Team = new WorkTeam(threads);
        Pool = new BufferPool(memoryLimit);
    }

    public WorkTeam Team { get; }

    public BufferPool Pool { get; }

    public static int Parts(int images) => Math.Min(images, MostParts);

    /// <summary>Where a part of the batch begins; it ends where the next one begins.</summary>
    public static int FirstImage(int part, int images) => (int)((long)part * images / Parts(images));

    /// <summary>Runs work(image, part, thread) for each image; a part's images come in order on one thread.</summary>
    public void ForImages(int images, Action<int, int, int> work)
    {
        int parts = Parts(images);
        Team.Run(parts, (part, thread) =>
        {
            int end = FirstImage(part + 1, images);
            for (int n = FirstImage(part, images); n < end; n++) work(n, part, thread);
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
