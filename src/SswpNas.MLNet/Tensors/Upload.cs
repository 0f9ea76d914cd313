using TorchSharp;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tensors;

/// <summary>
/// Numbers from the host to a device without waiting for it: through pinned memory, queued behind the work before. On the
/// CPU a copy.
/// </summary>
internal static class Upload
{
    public static Tensor Floats(ReadOnlySpan<float> values, long[] shape, Device device) =>
        ToDevice(tensor(values.ToArray(), shape), device);

    public static Tensor Longs(ReadOnlySpan<long> values, long[] shape, Device device) =>
        ToDevice(tensor(values.ToArray(), shape), device);

    public static Tensor Bytes(byte[] values, long[] shape, Device device) => ToDevice(tensor(values, shape), device);

    /// <summary>Takes the tensor over.</summary>
    private static Tensor ToDevice(Tensor here, Device device)
    {
        if (device.type == DeviceType.CPU) return here;
        using Tensor pageable = here;
        using Tensor pinned = pageable.pin_memory();
        return pinned.to(device, non_blocking: true);
    }
}
