using static TorchSharp.torch;

namespace SswpNas.MLNet.Tensors;

/// <summary>
/// The only place of a training step where numbers come from tensors to the host. On a device each call waits for all the
/// work that was queued before it, so the calls are counted.
/// </summary>
internal static class HostSync
{
    private static long _count;

    /// <summary>Calls so far in this process.</summary>
    public static long Count => Interlocked.Read(ref _count);

    /// <summary>A scalar's number.</summary>
    public static float Number(Tensor scalar)
    {
        Interlocked.Increment(ref _count);
        return scalar.item<float>();
    }

    /// <summary>A tensor's numbers in the order of its dimensions.</summary>
    public static float[] Numbers(Tensor tensor) => Fetch<float>(tensor);

    /// <summary>The same of a tensor of doubles.</summary>
    public static double[] Doubles(Tensor tensor) => Fetch<double>(tensor);

    /// <summary>The memory of a tensor that is new and lies on the host, to be filled.</summary>
    public static Span<float> Memory(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    private static T[] Fetch<T>(Tensor tensor)
        where T : unmanaged
    {
        Interlocked.Increment(ref _count);
        using Tensor detached = tensor.detach();
        using Tensor here = detached.cpu();
        using Tensor dense = here.contiguous();
        return dense.data<T>().ToArray();
    }
}
