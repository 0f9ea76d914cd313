using System.Runtime.Versioning;
using TorchSharp;

namespace SswpNas.MLNet.Training;

/// <summary>Whether there is an engine for what the options ask of a device, said before any work.</summary>
internal static partial class EngineCheck
{
    /// <summary>The compute capability from which on NVIDIA's GPUs have bfloat16.</summary>
    private const int FirstWithBFloat16 = 8;

    public static void Require(TorchDevice device, bool managedKernels, Precision precision, Ranks ranks)
    {
        if (ranks.AreSeveral && (device.Type != DeviceType.CPU || !managedKernels))
        {
            throw new InvalidOperationException(
                $"Ranks are {ranks.Size}, but {(managedKernels ? $"Device is {device}" : "UseManagedKernels is false")}. Set "
                + "Device = \"cpu\" and UseManagedKernels = true: several ranks compute with the library's own kernels.");
        }

        Require(device, managedKernels, precision, CudaMajor);
    }

    /// <param name="device">Where to compute.</param>
    /// <param name="managedKernels">The option UseManagedKernels.</param>
    /// <param name="precision">The option Precision.</param>
    /// <param name="major">The first part of a GPU's compute capability; null where it cannot be found out.</param>
    internal static void Require(TorchDevice device, bool managedKernels, Precision precision, Func<int, int?> major)
    {
        if (precision == Precision.Float32) return;
        if (device.Type == DeviceType.CPU)
        {
            if (!managedKernels) return;
            throw new InvalidOperationException(
                "Precision is BFloat16 and UseManagedKernels is true on the CPU, but the library's own kernels compute in 32 bits. "
                + "Set UseManagedKernels = false (libtorch then computes, slower on most CPUs), Precision = Float32, or a GPU as "
                + "Device.");
        }

        if (major(device.Index) is int found && found < FirstWithBFloat16)
        {
            throw new InvalidOperationException(
                $"Precision is BFloat16, but {device} has compute capability {found}.x; bfloat16 needs {FirstWithBFloat16}.0 or "
                + "later (A100, RTX 30 and later). Set Precision = Float32.");
        }
    }

    /// <summary>
    /// As the driver says; it counts the GPUs as libtorch does, those that CUDA_VISIBLE_DEVICES leaves. Null where it is not asked: the
    /// driver's library has this name on Linux only.
    /// </summary>
    private static int? CudaMajor(int index)
    {
        if (!OperatingSystem.IsLinux()) return null;
        const int ComputeCapabilityMajor = 75;
        try
        {
            if (Initialize(0) != 0 || DeviceGet(out int device, index) != 0) return null;
            return DeviceGetAttribute(out int major, ComputeCapabilityMajor, device) == 0 ? major : null;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    [SupportedOSPlatform("linux")]
    [LibraryImport("libcuda.so.1", EntryPoint = "cuInit")]
    private static partial int Initialize(uint flags);

    [SupportedOSPlatform("linux")]
    [LibraryImport("libcuda.so.1", EntryPoint = "cuDeviceGet")]
    private static partial int DeviceGet(out int device, int ordinal);

    [SupportedOSPlatform("linux")]
    [LibraryImport("libcuda.so.1", EntryPoint = "cuDeviceGetAttribute")]
    private static partial int DeviceGetAttribute(out int value, int attribute, int device);
}
