using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>Products of small dense matrices, rows being pixels: what pointwise convolutions are made of.</summary>
internal static unsafe class PointwiseKernel
{
    /// <summary>c[r, j] = sum over k of a[r, k] * b[k, j]; row distances lda, ldb, ldc.</summary>
    public static void Multiply(
        float* a, int lda, int rows, int inner, float* b, int ldb, int columns, float* c, int ldc)
    {
        for (int j = 0; j < columns;)
        {
            int left = columns - j;
            int width = SimdWidth.For(left);
            bool two = left >= 2 * width;
            switch (width)
            {
                case 16:
                    Columns<Simd16, Vector512<float>>(two, a, lda, rows, inner, b + j, ldb, c + j, ldc);
                    break;
                case 8:
                    Columns<Simd8, Vector256<float>>(two, a, lda, rows, inner, b + j, ldb, c + j, ldc);
                    break;
                case 4:
                    Columns<Simd4, Vector128<float>>(two, a, lda, rows, inner, b + j, ldb, c + j, ldc);
                    break;
                default:
                    Columns<Simd1, float>(two, a, lda, rows, inner, b + j, ldb, c + j, ldc);
                    break;
            }

            j += two ? 2 * width : width;
        }
    }

    private static void Columns<S, V>(
        bool two, float* a, int lda, int rows, int inner, float* b, int ldb, float* c, int ldc)
        where S : ISimd<V>
        where V : struct
    {
        if (two) TwoVectors<S, V>(a, lda, rows, inner, b, ldb, c, ldc);
        else OneVector<S, V>(a, lda, rows, inner, b, ldb, c, ldc);
    }

    /// <summary>Tiles of 6 or 4 rows by two vectors: as many sums as registers hold, each in the order of k.</summary>
    private static void TwoVectors<S, V>(float* a, int lda, int rows, int inner, float* b, int ldb, float* c, int ldc)
        where S : ISimd<V>
        where V : struct
    {
        while (rows > 0)
        {
            int tile = rows == 6 || rows > 8 ? 6 : rows >= 4 ? 4 : 1;
            if (tile == 6) SixRows<S, V>(a, lda, inner, b, ldb, c, ldc);
            else if (tile == 4) FourRows<S, V>(a, lda, inner, b, ldb, c, ldc);
            else OneRow<S, V>(a, inner, b, ldb, c);
            a += tile * lda;
            c += tile * ldc;
            rows -= tile;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SixRows<S, V>(float* a, nint lda, nint inner, float* b, nint ldb, float* c, nint ldc)
        where S : ISimd<V>
        where V : struct
    {
        float* x0 = a, x1 = x0 + lda, x2 = x1 + lda, x3 = x2 + lda, x4 = x3 + lda, x5 = x4 + lda;
        V c00 = S.All(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00;
        V c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00;
        for (nint k = 0; k < inner; k++, b += ldb)
        {
            V b0 = S.Load(b), b1 = S.Load(b + S.Width);
            V x = S.All(x0[k]);
            c00 = S.Fma(x, b0, c00);
            c01 = S.Fma(x, b1, c01);
            x = S.All(x1[k]);
            c10 = S.Fma(x, b0, c10);
            c11 = S.Fma(x, b1, c11);
            x = S.All(x2[k]);
            c20 = S.Fma(x, b0, c20);
            c21 = S.Fma(x, b1, c21);
            x = S.All(x3[k]);
            c30 = S.Fma(x, b0, c30);
            c31 = S.Fma(x, b1, c31);
            x = S.All(x4[k]);
            c40 = S.Fma(x, b0, c40);
            c41 = S.Fma(x, b1, c41);
            x = S.All(x5[k]);
            c50 = S.Fma(x, b0, c50);
            c51 = S.Fma(x, b1, c51);
        }

        Store<S, V>(c, c00, c01);
        Store<S, V>(c += ldc, c10, c11);
        Store<S, V>(c += ldc, c20, c21);
        Store<S, V>(c += ldc, c30, c31);
        Store<S, V>(c += ldc, c40, c41);
        Store<S, V>(c + ldc, c50, c51);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourRows<S, V>(float* a, nint lda, nint inner, float* b, nint ldb, float* c, nint ldc)
        where S : ISimd<V>
        where V : struct
    {
        float* x0 = a, x1 = x0 + lda, x2 = x1 + lda, x3 = x2 + lda;
        V c00 = S.All(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
        for (nint k = 0; k < inner; k++, b += ldb)
        {
            V b0 = S.Load(b), b1 = S.Load(b + S.Width);
            V x = S.All(x0[k]);
            c00 = S.Fma(x, b0, c00);
            c01 = S.Fma(x, b1, c01);
            x = S.All(x1[k]);
            c10 = S.Fma(x, b0, c10);
            c11 = S.Fma(x, b1, c11);
            x = S.All(x2[k]);
            c20 = S.Fma(x, b0, c20);
            c21 = S.Fma(x, b1, c21);
            x = S.All(x3[k]);
            c30 = S.Fma(x, b0, c30);
            c31 = S.Fma(x, b1, c31);
        }

        Store<S, V>(c, c00, c01);
        Store<S, V>(c += ldc, c10, c11);
        Store<S, V>(c += ldc, c20, c21);
        Store<S, V>(c + ldc, c30, c31);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneRow<S, V>(float* a, nint inner, float* b, nint ldb, float* c)
        where S : ISimd<V>
        where V : struct
    {
        V c0 = S.All(0), c1 = c0;
        for (nint k = 0; k < inner; k++, b += ldb)
        {
            V x = S.All(a[k]);
            c0 = S.Fma(x, S.Load(b), c0);
            c1 = S.Fma(x, S.Load(b + S.Width), c1);
        }

        Store<S, V>(c, c0, c1);
    }

    private static void Store<S, V>(float* p, V first, V second)
        where S : ISimd<V>
        where V : struct
    {
        S.Store(p, first);
        S.Store(p + S.Width, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneVector<S, V>(float* a, nint lda, int rows, nint inner, float* b, nint ldb, float* c, nint ldc)
        where S : ISimd<V>
        where V : struct
    {
        int r = 0;
        for (; r + 8 <= rows; r += 8, a += 8 * lda, c += 8 * ldc)
        {
            float* x0 = a, x1 = x0 + lda, x2 = x1 + lda, x3 = x2 + lda;
            float* x4 = x3 + lda, x5 = x4 + lda, x6 = x5 + lda, x7 = x6 + lda;
            V c0 = S.All(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
            float* row = b;
            for (nint k = 0; k < inner; k++, row += ldb)
            {
                V w = S.Load(row);
                c0 = S.Fma(S.All(x0[k]), w, c0);
                c1 = S.Fma(S.All(x1[k]), w, c1);
                c2 = S.Fma(S.All(x2[k]), w, c2);
                c3 = S.Fma(S.All(x3[k]), w, c3);
                c4 = S.Fma(S.All(x4[k]), w, c4);
                c5 = S.Fma(S.All(x5[k]), w, c5);
                c6 = S.Fma(S.All(x6[k]), w, c6);
                c7 = S.Fma(S.All(x7[k]), w, c7);
            }

            float* o = c;
            S.Store(o, c0);
            S.Store(o += ldc, c1);
            S.Store(o += ldc, c2);
            S.Store(o += ldc, c3);
            S.Store(o += ldc, c4);
            S.Store(o += ldc, c5);
            S.Store(o += ldc, c6);
            S.Store(o + ldc, c7);
        }

        for (; r < rows; r++, a += lda, c += ldc)
        {
            V sum = S.All(0);
            for (nint k = 0; k < inner; k++) sum = S.Fma(S.All(a[k]), S.Load(b + (k * ldb)), sum);
            S.Store(c, sum);
        }
    }
}
