using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests;

/// <summary>Tensors of the whole process: who counts them must not run beside other tests.</summary>
internal static class LiveTensors
{
    /// <summary>How many there are, after those that wait for the finaliser are gone.</summary>
    public static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
