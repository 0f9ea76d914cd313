using System.Runtime.Intrinsics;
using SswpNas.MLNet.Examples;
using TorchSharp;

namespace SswpNas.MLNet.Benchmarks.Measuring;

/// <summary>What a figure was measured on: what the examples say, the vectors, and libtorch's own version.</summary>
internal static class BenchmarkMachine
{
    public static Dictionary<string, object?> Hardware() => new(Machine.Hardware()) { ["vectors"] = Vectors };

    public static Dictionary<string, object?> Versions() => new(Machine.Versions()) { ["libtorch"] = torch.__version__ };

    /// <summary>The widest vectors that .NET computes with.</summary>
    public static string Vectors =>
        Vector512.IsHardwareAccelerated ? "512 bits (AVX-512)"
        : Vector256.IsHardwareAccelerated ? "256 bits (AVX2)"
        : Vector128.IsHardwareAccelerated ? "128 bits" : "none";
}
