using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SswpNas.MLNet.Kernels;

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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoVectors<S, V>(float* a, int lda, int rows, int inner, float* b, int ldb, float* c, int ldc)
        where S : ISimd<V>
        where V : struct
    {
        int r = 0;
        for (; r + 4 <= rows; r += 4)
        {
            float* x = a + (r * lda);
            V c00 = S.All(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
            for (int k = 0; k < inner; k++)
            {
                V b0 = S.Load(b + (k * ldb));
                V b1 = S.Load(b + (k * ldb) + S.Width);
                V x0 = S.All(x[k]);
                c00 = S.Fma(x0, b0, c00);
                c01 = S.Fma(x0, b1, c01);
                V x1 = S.All(x[k + lda]);
                c10 = S.Fma(x1, b0, c10);
                c11 = S.Fma(x1, b1, c11);
                V x2 = S.All(x[k + (2 * lda)]);
                c20 = S.Fma(x2, b0, c20);
                c21 = S.Fma(x2, b1, c21);
                V x3 = S.All(x[k + (3 * lda)]);
                c30 = S.Fma(x3, b0, c30);
                c31 = S.Fma(x3, b1, c31);
            }

            Store<S, V>(c + (r * ldc), c00, c01);
            Store<S, V>(c + ((r + 1) * ldc), c10, c11);
            Store<S, V>(c + ((r + 2) * ldc), c20, c21);
            Store<S, V>(c + ((r + 3) * ldc), c30, c31);
        }

        for (; r < rows; r++)
        {
            V c0 = S.All(0), c1 = c0;
            for (int k = 0; k < inner; k++)
            {
                V x0 = S.All(a[(r * lda) + k]);
                c0 = S.Fma(x0, S.Load(b + (k * ldb)), c0);
                c1 = S.Fma(x0, S.Load(b + (k * ldb) + S.Width), c1);
            }

            Store<S, V>(c + (r * ldc), c0, c1);
        }
    }

    private static void Store<S, V>(float* p, V first, V second)
        where S : ISimd<V>
        where V : struct
    {
        S.Store(p, first);
        S.Store(p + S.Width, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneVector<S, V>(float* a, int lda, int rows, int inner, float* b, int ldb, float* c, int ldc)
        where S : ISimd<V>
        where V : struct
    {
        int r = 0;
        for (; r + 8 <= rows; r += 8)
        {
            float* x = a + (r * lda);
            float* y = x + (4 * lda);
            V c0 = S.All(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
            for (int k = 0; k < inner; k++)
            {
                V w = S.Load(b + (k * ldb));
                c0 = S.Fma(S.All(x[k]), w, c0);
                c1 = S.Fma(S.All(x[k + lda]), w, c1);
                c2 = S.Fma(S.All(x[k + (2 * lda)]), w, c2);
                c3 = S.Fma(S.All(x[k + (3 * lda)]), w, c3);
                c4 = S.Fma(S.All(y[k]), w, c4);
                c5 = S.Fma(S.All(y[k + lda]), w, c5);
                c6 = S.Fma(S.All(y[k + (2 * lda)]), w, c6);
                c7 = S.Fma(S.All(y[k + (3 * lda)]), w, c7);
            }

            float* o = c + (r * ldc);
            S.Store(o, c0);
            S.Store(o + ldc, c1);
            S.Store(o + (2 * ldc), c2);
            S.Store(o + (3 * ldc), c3);
            o += 4 * ldc;
            S.Store(o, c4);
            S.Store(o + ldc, c5);
            S.Store(o + (2 * ldc), c6);
            S.Store(o + (3 * ldc), c7);
        }

        for (; r < rows; r++)
        {
            V sum = S.All(0);
            for (int k = 0; k < inner; k++) sum = S.Fma(S.All(a[(r * lda) + k]), S.Load(b + (k * ldb)), sum);
            S.Store(c + (r * ldc), sum);
        }
    }
}

/// <summary>c[i, j] += sum over r of a[r, i] * b[r, j]; row distances lda, ldb, ldc: the gradient of such a product.</summary>
internal unsafe readonly struct AddTransposedProduct(
    float* a, int lda, int outputs, float* b, int ldb, int rows, float* c, int ldc) : IChannelKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int column)
        where S : ISimd<V>
        where V : struct
    {
        float* from = b + column, to = c + column;
        int i = 0;
        for (; i + 8 <= outputs; i += 8)
        {
            float* o = to + (i * ldc);
            V c0 = S.Load(o), c1 = S.Load(o + ldc), c2 = S.Load(o + (2 * ldc)), c3 = S.Load(o + (3 * ldc));
            float* q = o + (4 * ldc);
            V c4 = S.Load(q), c5 = S.Load(q + ldc), c6 = S.Load(q + (2 * ldc)), c7 = S.Load(q + (3 * ldc));
            float* x = a + i;
            float* y = from;
            for (int r = 0; r < rows; r++, x += lda, y += ldb)
            {
                V v = S.Load(y);
                c0 = S.Fma(S.All(x[0]), v, c0);
                c1 = S.Fma(S.All(x[1]), v, c1);
                c2 = S.Fma(S.All(x[2]), v, c2);
                c3 = S.Fma(S.All(x[3]), v, c3);
                c4 = S.Fma(S.All(x[4]), v, c4);
                c5 = S.Fma(S.All(x[5]), v, c5);
                c6 = S.Fma(S.All(x[6]), v, c6);
                c7 = S.Fma(S.All(x[7]), v, c7);
            }

            S.Store(o, c0);
            S.Store(o + ldc, c1);
            S.Store(o + (2 * ldc), c2);
            S.Store(o + (3 * ldc), c3);
            S.Store(q, c4);
            S.Store(q + ldc, c5);
            S.Store(q + (2 * ldc), c6);
            S.Store(q + (3 * ldc), c7);
        }

        for (; i < outputs; i++)
        {
            V sum = S.Load(to + (i * ldc));
            for (int r = 0; r < rows; r++) sum = S.Fma(S.All(a[(r * lda) + i]), S.Load(from + (r * ldb)), sum);
            S.Store(to + (i * ldc), sum);
        }
    }
}
