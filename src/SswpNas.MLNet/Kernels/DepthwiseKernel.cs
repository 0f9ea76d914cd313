using System.Runtime.CompilerServices;

namespace SswpNas.MLNet.Kernels;

/// <summary>
/// Depthwise convolution of channels-last rows that are already padded: forward, and, with mirrored taps, the gradient
/// of the input; and the gradient of the weights. libtorch's own take ten to fifty times as long on a CPU.
/// </summary>
internal static unsafe class DepthwiseKernel
{
    /// <summary>out[i * outStep + c] = sum over t of in[i * inStep + offsets[t] + c] * weights[t * channels + c].</summary>
    public static void Row(
        float* input, int inStep, int* offsets, float* weights, int taps, float* output, int outStep, int count, int channels)
    {
        for (int c = 0; c < channels;)
        {
            int width = SimdWidth.For(channels - c);
            switch (width)
            {
                case 16:
                    Row<Simd16, System.Runtime.Intrinsics.Vector512<float>>(
                    input + c, inStep, offsets, weights + c, channels, taps, output + c, outStep, count);
                    break;
                case 8:
                    Row<Simd8, System.Runtime.Intrinsics.Vector256<float>>(
                    input + c, inStep, offsets, weights + c, channels, taps, output + c, outStep, count);
                    break;
                case 4:
                    Row<Simd4, System.Runtime.Intrinsics.Vector128<float>>(
                    input + c, inStep, offsets, weights + c, channels, taps, output + c, outStep, count);
                    break;
                default:
                    Row<Simd1, float>(
                    input + c, inStep, offsets, weights + c, channels, taps, output + c, outStep, count);
                    break;
            }

            c += width;
        }
    }

    /// <summary>
    /// sums[k * channels + c] += sum over i of gradient[i * gradientStep + c] * in[i * inStep + k * tapStep + c] for the
    /// k of one row of the kernel (3 or 5 taps).
    /// </summary>
    public static void WeightRow(
        float* input, int inStep, int tapStep, float* gradient, int gradientStep, float* sums, int kernel, int count,
        int channels)
    {
        for (int c = 0; c < channels;)
        {
            int width = SimdWidth.For(channels - c);
            switch (width)
            {
                case 16:
                    WeightRow<Simd16, System.Runtime.Intrinsics.Vector512<float>>(
                    input + c, inStep, tapStep, gradient + c, gradientStep, sums + c, channels, kernel, count);
                    break;
                case 8:
                    WeightRow<Simd8, System.Runtime.Intrinsics.Vector256<float>>(
                    input + c, inStep, tapStep, gradient + c, gradientStep, sums + c, channels, kernel, count);
                    break;
                case 4:
                    WeightRow<Simd4, System.Runtime.Intrinsics.Vector128<float>>(
                    input + c, inStep, tapStep, gradient + c, gradientStep, sums + c, channels, kernel, count);
                    break;
                default:
                    WeightRow<Simd1, float>(
                    input + c, inStep, tapStep, gradient + c, gradientStep, sums + c, channels, kernel, count);
                    break;
            }

            c += width;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row<S, V>(
        float* input, int inStep, int* offsets, float* weights, int weightStep, int taps, float* output, int outStep, int count)
        where S : ISimd<V>
        where V : struct
    {
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            float* x = input + (i * inStep);
            V a0 = S.All(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
            for (int t = 0; t < taps; t++)
            {
                V w = S.Load(weights + (t * weightStep));
                float* p = x + offsets[t];
                a0 = S.Fma(S.Load(p), w, a0);
                a1 = S.Fma(S.Load(p + inStep), w, a1);
                p += 2 * inStep;
                a2 = S.Fma(S.Load(p), w, a2);
                a3 = S.Fma(S.Load(p + inStep), w, a3);
                p += 2 * inStep;
                a4 = S.Fma(S.Load(p), w, a4);
                a5 = S.Fma(S.Load(p + inStep), w, a5);
                p += 2 * inStep;
                a6 = S.Fma(S.Load(p), w, a6);
                a7 = S.Fma(S.Load(p + inStep), w, a7);
            }

            float* o = output + (i * outStep);
            S.Store(o, a0);
            S.Store(o + outStep, a1);
            S.Store(o + (2 * outStep), a2);
            S.Store(o + (3 * outStep), a3);
            S.Store(o + (4 * outStep), a4);
            S.Store(o + (5 * outStep), a5);
            S.Store(o + (6 * outStep), a6);
            S.Store(o + (7 * outStep), a7);
        }

        for (; i + 4 <= count; i += 4)
        {
            float* x = input + (i * inStep);
            V a0 = S.All(0), a1 = a0, a2 = a0, a3 = a0;
            for (int t = 0; t < taps; t++)
            {
                V w = S.Load(weights + (t * weightStep));
                float* p = x + offsets[t];
                a0 = S.Fma(S.Load(p), w, a0);
                a1 = S.Fma(S.Load(p + inStep), w, a1);
                p += 2 * inStep;
                a2 = S.Fma(S.Load(p), w, a2);
                a3 = S.Fma(S.Load(p + inStep), w, a3);
            }

            float* o = output + (i * outStep);
            S.Store(o, a0);
            S.Store(o + outStep, a1);
            S.Store(o + (2 * outStep), a2);
            S.Store(o + (3 * outStep), a3);
        }

        for (; i < count; i++)
        {
            V a = S.All(0);
            for (int t = 0; t < taps; t++)
                a = S.Fma(S.Load(input + (i * inStep) + offsets[t]), S.Load(weights + (t * weightStep)), a);
            S.Store(output + (i * outStep), a);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WeightRow<S, V>(
        float* input, int inStep, int tapStep, float* gradient, int gradientStep, float* sums, int sumStep, int kernel, int count)
        where S : ISimd<V>
        where V : struct
    {
        V s0 = S.Load(sums), s1 = S.Load(sums + sumStep), s2 = S.Load(sums + (2 * sumStep)), s3 = S.All(0), s4 = S.All(0);
        if (kernel == 3)
        {
            // Two sums a tap: one alone would wait for itself from pixel to pixel.
            V t0 = S.All(0), t1 = t0, t2 = t0;
            int i = 0;
            for (; i + 2 <= count; i += 2, input += 2 * inStep, gradient += 2 * gradientStep)
            {
                V g = S.Load(gradient), h = S.Load(gradient + gradientStep);
                float* next = input + inStep;
                s0 = S.Fma(g, S.Load(input), s0);
                t0 = S.Fma(h, S.Load(next), t0);
                s1 = S.Fma(g, S.Load(input + tapStep), s1);
                t1 = S.Fma(h, S.Load(next + tapStep), t1);
                s2 = S.Fma(g, S.Load(input + (2 * tapStep)), s2);
                t2 = S.Fma(h, S.Load(next + (2 * tapStep)), t2);
            }

            if (i < count)
            {
                V g = S.Load(gradient);
                s0 = S.Fma(g, S.Load(input), s0);
                s1 = S.Fma(g, S.Load(input + tapStep), s1);
                s2 = S.Fma(g, S.Load(input + (2 * tapStep)), s2);
            }

            s0 = S.Add(s0, t0);
            s1 = S.Add(s1, t1);
            s2 = S.Add(s2, t2);
        }
        else
        {
            s3 = S.Load(sums + (3 * sumStep));
            s4 = S.Load(sums + (4 * sumStep));
            for (int i = 0; i < count; i++, input += inStep, gradient += gradientStep)
            {
                V g = S.Load(gradient);
                s0 = S.Fma(g, S.Load(input), s0);
                s1 = S.Fma(g, S.Load(input + tapStep), s1);
                s2 = S.Fma(g, S.Load(input + (2 * tapStep)), s2);
                s3 = S.Fma(g, S.Load(input + (3 * tapStep)), s3);
                s4 = S.Fma(g, S.Load(input + (4 * tapStep)), s4);
            }

            S.Store(sums + (3 * sumStep), s3);
            S.Store(sums + (4 * sumStep), s4);
        }

        S.Store(sums, s0);
        S.Store(sums + sumStep, s1);
        S.Store(sums + (2 * sumStep), s2);
    }
}
