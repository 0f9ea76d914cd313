using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>
/// A vector width for the kernels, which are written once over it. The channel loop of a kernel takes the widest that
/// the machine has and that still fits, then narrower ones for what is left.
/// </summary>
internal unsafe interface ISimd<V>
    where V : struct
{
    /// <summary>Floats in a vector.</summary>
    static abstract int Width { get; }

    static abstract V Load(float* p);

    static abstract void Store(float* p, V v);

    static abstract V All(float value);

    static abstract V Add(V a, V b);

    static abstract V Multiply(V a, V b);

    /// <summary>a * b + c.</summary>
    static abstract V Fma(V a, V b, V c);

    /// <summary>sums[i] += v[i], in double precision.</summary>
    static abstract void AddTo(double* sums, V v);

    /// <summary>The greater one; NaN where either is NaN.</summary>
    static abstract V Max(V a, V b);

    /// <summary>x where x &gt; 0, 0 where x &lt;= 0, NaN where x is NaN.</summary>
    static abstract V Relu(V x);

    /// <summary>value where x &gt; 0 or x is NaN, else 0: the gradient of <see cref="Relu"/>, as libtorch has it.</summary>
    static abstract V ReluGradient(V x, V value);

    /// <summary>yes where a &gt; b or a is NaN, else no.</summary>
    static abstract V WhereGreaterOrNaN(V a, V b, V yes, V no);

    /// <summary>value where a == b, else 0.</summary>
    static abstract V WhereEqual(V a, V b, V value);
}

/// <summary>16 floats (AVX-512).</summary>
internal unsafe struct Simd16 : ISimd<Vector512<float>>
{
    public static int Width => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* p) => Vector512.Load(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* p, Vector512<float> v) => v.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> All(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(Vector512<float> a, Vector512<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Fma(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
        Vector512.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(double* sums, Vector512<float> v)
    {
        (Vector512<double> first, Vector512<double> second) = Vector512.Widen(v);
        (Vector512.Load(sums) + first).Store(sums);
        (Vector512.Load(sums + 8) + second).Store(sums + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Max(Vector512<float> a, Vector512<float> b) => Vector512.Max(a, b);

    // x86 returns the second operand where one is NaN, ARM returns NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Relu(Vector512<float> x) => Vector512.MaxNative(Vector512<float>.Zero, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ReluGradient(Vector512<float> x, Vector512<float> value) =>
        Vector512.ConditionalSelect(Vector512.LessThanOrEqual(x, Vector512<float>.Zero), Vector512<float>.Zero, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> WhereGreaterOrNaN(
        Vector512<float> a, Vector512<float> b, Vector512<float> yes, Vector512<float> no) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(a, b) | ~Vector512.Equals(a, a), yes, no);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> WhereEqual(Vector512<float> a, Vector512<float> b, Vector512<float> value) =>
        Vector512.ConditionalSelect(Vector512.Equals(a, b), value, Vector512<float>.Zero);
}

/// <summary>8 floats (AVX2).</summary>
internal unsafe struct Simd8 : ISimd<Vector256<float>>
{
    public static int Width => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* p) => Vector256.Load(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* p, Vector256<float> v) => v.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> All(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Multiply(Vector256<float> a, Vector256<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Fma(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Vector256.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(double* sums, Vector256<float> v)
    {
        (Vector256<double> first, Vector256<double> second) = Vector256.Widen(v);
        (Vector256.Load(sums) + first).Store(sums);
        (Vector256.Load(sums + 4) + second).Store(sums + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Max(Vector256<float> a, Vector256<float> b) => Vector256.Max(a, b);

    // x86 returns the second operand where one is NaN, ARM returns NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Relu(Vector256<float> x) => Vector256.MaxNative(Vector256<float>.Zero, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ReluGradient(Vector256<float> x, Vector256<float> value) =>
        Vector256.ConditionalSelect(Vector256.LessThanOrEqual(x, Vector256<float>.Zero), Vector256<float>.Zero, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> WhereGreaterOrNaN(
        Vector256<float> a, Vector256<float> b, Vector256<float> yes, Vector256<float> no) =>
        Vector256.ConditionalSelect(Vector256.GreaterThan(a, b) | ~Vector256.Equals(a, a), yes, no);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> WhereEqual(Vector256<float> a, Vector256<float> b, Vector256<float> value) =>
        Vector256.ConditionalSelect(Vector256.Equals(a, b), value, Vector256<float>.Zero);
}

/// <summary>4 floats: what is left of the channels, and machines without wide vectors.</summary>
internal unsafe struct Simd4 : ISimd<Vector128<float>>
{
    public static int Width => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* p) => Vector128.Load(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* p, Vector128<float> v) => v.Store(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> All(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Fma(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        Vector128.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(double* sums, Vector128<float> v)
    {
        (Vector128<double> first, Vector128<double> second) = Vector128.Widen(v);
        (Vector128.Load(sums) + first).Store(sums);
        (Vector128.Load(sums + 2) + second).Store(sums + 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Max(Vector128<float> a, Vector128<float> b) => Vector128.Max(a, b);

    // x86 returns the second operand where one is NaN, ARM returns NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Relu(Vector128<float> x) => Vector128.MaxNative(Vector128<float>.Zero, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ReluGradient(Vector128<float> x, Vector128<float> value) =>
        Vector128.ConditionalSelect(Vector128.LessThanOrEqual(x, Vector128<float>.Zero), Vector128<float>.Zero, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> WhereGreaterOrNaN(
        Vector128<float> a, Vector128<float> b, Vector128<float> yes, Vector128<float> no) =>
        Vector128.ConditionalSelect(Vector128.GreaterThan(a, b) | ~Vector128.Equals(a, a), yes, no);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> WhereEqual(Vector128<float> a, Vector128<float> b, Vector128<float> value) =>
        Vector128.ConditionalSelect(Vector128.Equals(a, b), value, Vector128<float>.Zero);
}

/// <summary>One float: the last channels of odd widths.</summary>
internal unsafe struct Simd1 : ISimd<float>
{
    public static int Width => 1;

    public static float Load(float* p) => *p;

    public static void Store(float* p, float v) => *p = v;

    public static float All(float value) => value;

    public static float Add(float a, float b) => a + b;

    public static float Multiply(float a, float b) => a * b;

    public static float Fma(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    public static void AddTo(double* sums, float v) => *sums += v;

    public static float Max(float a, float b) => MathF.Max(a, b);

    public static float Relu(float x) => x < 0 ? 0 : x;

    public static float ReluGradient(float x, float value) => x <= 0 ? 0 : value;

    public static float WhereGreaterOrNaN(float a, float b, float yes, float no) => a > b || float.IsNaN(a) ? yes : no;

    public static float WhereEqual(float a, float b, float value) => a == b ? value : 0;
}

/// <summary>Which widths this process uses.</summary>
internal static class SimdWidth
{
    /// <summary>The widest vector in floats; tests narrow it to reach the other ways.</summary>
    public static int Widest { get; set; } =
        Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4;

    /// <summary>The widest width that the machine has and that fits into the channels that are left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int For(int left)
    {
        int widest = Widest;
        return left >= 16 && widest >= 16 ? 16 : left >= 8 && widest >= 8 ? 8 : left >= 4 && widest >= 4 ? 4 : 1;
    }
}
