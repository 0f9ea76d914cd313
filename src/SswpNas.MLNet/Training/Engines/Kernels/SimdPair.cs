using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>16 floats in two vectors.</summary>
internal readonly record struct VectorPair(Vector256<float> Low, Vector256<float> High);

/// <summary>
/// 16 floats on machines whose vectors hold 8 (AVX2): a whole line of the cache. Kernels that do little with a number take it: in two
/// turns of half a line they would wait for every line twice.
/// </summary>
internal unsafe struct SimdPair : ISimd<VectorPair>
{
    private const int Half = 8;

    public static int Width => 2 * Half;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPair Load(float* p) => new(Simd8.Load(p), Simd8.Load(p + Half));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* p, VectorPair v)
    {
        Simd8.Store(p, v.Low);
        Simd8.Store(p + Half, v.High);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPair All(float value) => new(Simd8.All(value), Simd8.All(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPair Add(VectorPair a, VectorPair b) => new(a.Low + b.Low, a.High + b.High);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPair Multiply(VectorPair a, VectorPair b) => new(a.Low * b.Low, a.High * b.High);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPair Fma(VectorPair a, VectorPair b, VectorPair c) =>
        new(Simd8.Fma(a.Low, b.Low, c.Low), Simd8.Fma(a.High, b.High, c.High));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(double* sums, VectorPair v)
    {
        Simd8.AddTo(sums, v.Low);
        Simd8.AddTo(sums + Half, v.High);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPair Max(VectorPair a, VectorPair b) => new(Simd8.Max(a.Low, b.Low), Simd8.Max(a.High, b.High));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPair Relu(VectorPair x) => new(Simd8.Relu(x.Low), Simd8.Relu(x.High));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPair ReluGradient(VectorPair x, VectorPair value) =>
        new(Simd8.ReluGradient(x.Low, value.Low), Simd8.ReluGradient(x.High, value.High));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPair WhereGreaterOrNaN(VectorPair a, VectorPair b, VectorPair yes, VectorPair no) =>
        new(Simd8.WhereGreaterOrNaN(a.Low, b.Low, yes.Low, no.Low), Simd8.WhereGreaterOrNaN(a.High, b.High, yes.High, no.High));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPair WhereEqual(VectorPair a, VectorPair b, VectorPair value) =>
        new(Simd8.WhereEqual(a.Low, b.Low, value.Low), Simd8.WhereEqual(a.High, b.High, value.High));
}
