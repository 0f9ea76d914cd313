using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>c[i, j] += sum over r of a[r, i] * b[r, j]: the gradient of <see cref="PointwiseKernel"/>'s product.</summary>
internal static unsafe class TransposedProduct
{
    /// <summary>Row distances lda, ldb, ldc; each sum is taken in the order of r.</summary>
    public static void Add(
        float* a, int lda, int outputs, float* b, int ldb, int columns, int rows, float* c, int ldc)
    {
        for (int j = 0; j < columns;)
        {
            int left = columns - j;
            int width = SimdWidth.For(left);
            bool two = left >= 2 * width;
            switch (width)
            {
                case 16:
                    Columns<Simd16, Vector512<float>>(two, a, lda, outputs, b + j, ldb, rows, c + j, ldc);
                    break;
                case 8:
                    Columns<Simd8, Vector256<float>>(two, a, lda, outputs, b + j, ldb, rows, c + j, ldc);
                    break;
                case 4:
                    Columns<Simd4, Vector128<float>>(two, a, lda, outputs, b + j, ldb, rows, c + j, ldc);
                    break;
                default:
                    Columns<Simd1, float>(two, a, lda, outputs, b + j, ldb, rows, c + j, ldc);
                    break;
            }

            j += two ? 2 * width : width;
        }
    }

    private static void Columns<S, V>(
        bool two, float* a, int lda, int outputs, float* b, int ldb, int rows, float* c, int ldc)
        where S : ISimd<V>
        where V : struct
    {
        while (outputs > 0)
        {
            int tile = two ? (outputs == 6 || outputs > 8 ? 6 : outputs >= 4 ? 4 : 1) : outputs >= 8 ? 8 : 1;
            switch (tile)
            {
                case 8:
                    Eight<S, V>(a, lda, b, ldb, rows, c, ldc);
                    break;
                case 6:
                    Six<S, V>(a, lda, b, ldb, rows, c, ldc);
                    break;
                case 4:
                    Four<S, V>(a, lda, b, ldb, rows, c, ldc);
                    break;
                default:
                    One<S, V>(a, lda, b, ldb, rows, c);
                    if (two) One<S, V>(a, lda, b + S.Width, ldb, rows, c + S.Width);
                    break;
            }

            a += tile;
            c += tile * ldc;
            outputs -= tile;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Six<S, V>(float* a, nint lda, float* b, nint ldb, int rows, float* c, nint ldc)
        where S : ISimd<V>
        where V : struct
    {
        float* c0 = c, c1 = c0 + ldc, c2 = c1 + ldc, c3 = c2 + ldc, c4 = c3 + ldc, c5 = c4 + ldc;
        V c00 = S.Load(c0), c01 = S.Load(c0 + S.Width), c10 = S.Load(c1), c11 = S.Load(c1 + S.Width);
        V c20 = S.Load(c2), c21 = S.Load(c2 + S.Width), c30 = S.Load(c3), c31 = S.Load(c3 + S.Width);
        V c40 = S.Load(c4), c41 = S.Load(c4 + S.Width), c50 = S.Load(c5), c51 = S.Load(c5 + S.Width);
        for (int r = 0; r < rows; r++, a += lda, b += ldb)
        {
            V b0 = S.Load(b), b1 = S.Load(b + S.Width);
            V x = S.All(a[0]);
            c00 = S.Fma(x, b0, c00);
            c01 = S.Fma(x, b1, c01);
            x = S.All(a[1]);
            c10 = S.Fma(x, b0, c10);
            c11 = S.Fma(x, b1, c11);
            x = S.All(a[2]);
            c20 = S.Fma(x, b0, c20);
            c21 = S.Fma(x, b1, c21);
            x = S.All(a[3]);
            c30 = S.Fma(x, b0, c30);
            c31 = S.Fma(x, b1, c31);
            x = S.All(a[4]);
            c40 = S.Fma(x, b0, c40);
            c41 = S.Fma(x, b1, c41);
            x = S.All(a[5]);
            c50 = S.Fma(x, b0, c50);
            c51 = S.Fma(x, b1, c51);
        }

        Store<S, V>(c0, c00, c01);
        Store<S, V>(c1, c10, c11);
        Store<S, V>(c2, c20, c21);
        Store<S, V>(c3, c30, c31);
        Store<S, V>(c4, c40, c41);
        Store<S, V>(c5, c50, c51);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four<S, V>(float* a, nint lda, float* b, nint ldb, int rows, float* c, nint ldc)
        where S : ISimd<V>
        where V : struct
    {
        float* c0 = c, c1 = c0 + ldc, c2 = c1 + ldc, c3 = c2 + ldc;
        V c00 = S.Load(c0), c01 = S.Load(c0 + S.Width), c10 = S.Load(c1), c11 = S.Load(c1 + S.Width);
        V c20 = S.Load(c2), c21 = S.Load(c2 + S.Width), c30 = S.Load(c3), c31 = S.Load(c3 + S.Width);
        for (int r = 0; r < rows; r++, a += lda, b += ldb)
        {
            V b0 = S.Load(b), b1 = S.Load(b + S.Width);
            V x = S.All(a[0]);
            c00 = S.Fma(x, b0, c00);
            c01 = S.Fma(x, b1, c01);
            x = S.All(a[1]);
            c10 = S.Fma(x, b0, c10);
            c11 = S.Fma(x, b1, c11);
            x = S.All(a[2]);
            c20 = S.Fma(x, b0, c20);
            c21 = S.Fma(x, b1, c21);
            x = S.All(a[3]);
            c30 = S.Fma(x, b0, c30);
            c31 = S.Fma(x, b1, c31);
        }

        Store<S, V>(c0, c00, c01);
        Store<S, V>(c1, c10, c11);
        Store<S, V>(c2, c20, c21);
        Store<S, V>(c3, c30, c31);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Eight<S, V>(float* a, nint lda, float* b, nint ldb, int rows, float* c, nint ldc)
        where S : ISimd<V>
        where V : struct
    {
        float* q0 = c, q1 = q0 + ldc, q2 = q1 + ldc, q3 = q2 + ldc, q4 = q3 + ldc, q5 = q4 + ldc, q6 = q5 + ldc, q7 = q6 + ldc;
        V c0 = S.Load(q0), c1 = S.Load(q1), c2 = S.Load(q2), c3 = S.Load(q3);
        V c4 = S.Load(q4), c5 = S.Load(q5), c6 = S.Load(q6), c7 = S.Load(q7);
        for (int r = 0; r < rows; r++, a += lda, b += ldb)
        {
            V v = S.Load(b);
            c0 = S.Fma(S.All(a[0]), v, c0);
            c1 = S.Fma(S.All(a[1]), v, c1);
            c2 = S.Fma(S.All(a[2]), v, c2);
            c3 = S.Fma(S.All(a[3]), v, c3);
            c4 = S.Fma(S.All(a[4]), v, c4);
            c5 = S.Fma(S.All(a[5]), v, c5);
            c6 = S.Fma(S.All(a[6]), v, c6);
            c7 = S.Fma(S.All(a[7]), v, c7);
        }

        S.Store(q0, c0);
        S.Store(q1, c1);
        S.Store(q2, c2);
        S.Store(q3, c3);
        S.Store(q4, c4);
        S.Store(q5, c5);
        S.Store(q6, c6);
        S.Store(q7, c7);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One<S, V>(float* a, nint lda, float* b, nint ldb, int rows, float* c)
        where S : ISimd<V>
        where V : struct
    {
        V sum = S.Load(c);
        for (int r = 0; r < rows; r++, a += lda, b += ldb) sum = S.Fma(S.All(*a), S.Load(b), sum);
        S.Store(c, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<S, V>(float* p, V first, V second)
        where S : ISimd<V>
        where V : struct
    {
        S.Store(p, first);
        S.Store(p + S.Width, second);
    }
}
