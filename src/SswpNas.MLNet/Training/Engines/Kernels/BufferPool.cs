using System.Numerics;

namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>Aligned native memory for activations, kept for the next step: no allocation and no page fault in a step.</summary>
internal sealed unsafe class BufferPool(long limit = long.MaxValue) : IDisposable
{
    private readonly Dictionary<long, Stack<nint>> _free = [];
    private readonly Dictionary<nint, long> _sizes = []; // floats of every buffer
    private readonly HashSet<nint> _rented = [];
    private long _held;
    private bool _disposed;

    /// <summary>Bytes that the pool holds, in use or free.</summary>
    public long Bytes => _held;

    /// <summary>Buffers that are in use.</summary>
    public int InUse => _rented.Count;

    /// <summary>At least <paramref name="count"/> floats; their content is whatever was there.</summary>
    public float* Rent(long count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        long size = SizeClass(count);
        if (!_free.TryGetValue(size, out Stack<nint>? free) || !free.TryPop(out nint buffer)) buffer = Allocate(size);
        _rented.Add(buffer);
        return (float*)buffer;
    }

    /// <summary>Takes a buffer back; null is allowed, and after <see cref="Dispose"/> nothing is left to take.</summary>
    /// <exception cref="InvalidOperationException">It is not rented: it was returned before, or is from elsewhere.</exception>
    public void Return(float* buffer)
    {
        if (buffer == null || _disposed) return;
        if (!_rented.Remove((nint)buffer))
        {
            throw new InvalidOperationException(_sizes.ContainsKey((nint)buffer)
                ? "The buffer was returned twice. Return each rented buffer once."
                : "The buffer is not from this pool. Return a buffer to the pool that it was rented from.");
        }

        long size = _sizes[(nint)buffer];
        if (!_free.TryGetValue(size, out Stack<nint>? free)) _free[size] = free = new Stack<nint>();
        free.Push((nint)buffer);
    }

    /// <summary>Frees everything, buffers that are in use too: a step that was broken off gives none back.</summary>
    public void Dispose()
    {
        _disposed = true;
        foreach (nint buffer in _sizes.Keys) NativeMemory.AlignedFree((void*)buffer);
        _sizes.Clear();
        _rented.Clear();
        _free.Clear();
        _held = 0;
    }

    private nint Allocate(long size)
    {
        // The system often promises memory that it does not have, and ends the process that uses it.
        long bytes = checked(size * sizeof(float));
        if (bytes > limit - _held)
            throw new InsufficientMemoryException($"{bytes} bytes beside {_held} are more than the limit of {limit}.");
        nint fresh = (nint)NativeMemory.AlignedAlloc((nuint)bytes, 64);
        _sizes.Add(fresh, size);
        _held += bytes;
        return fresh;
    }

    /// <summary>Eighths of a power of two: few sizes, little waste.</summary>
    private static long SizeClass(long count)
    {
        long least = Math.Max(count, 64);
        long step = Math.Max(16, 1L << (BitOperations.Log2((ulong)least) - 3));
        return (least + step - 1) / step * step;
    }
}
