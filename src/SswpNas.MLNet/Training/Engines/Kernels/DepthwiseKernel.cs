using System.Runtime.CompilerServices;

namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>
/// Depthwise convolution of a channels-last row that is already padded: forward, and, with mirrored taps, the gradient of
/// the input: out[i * outStep + c] = sum over t of in[i * inStep + offsets[t] + c] * weights[t * channels + c]. libtorch's
/// own take ten to fifty times as long on a CPU.
/// </summary>
internal unsafe readonly struct DepthwiseRow(
    float* input, int inStep, int* offsets, float* weights, int taps, float* output, int outStep, int count, int channels)
    : IChannelKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int c)
        where S : ISimd<V>
        where V : struct
    {
        float* from = input + c, to = output + c, w = weights + c;
        int* at = offsets;
        int n = taps, step = inStep, wide = channels;
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            float* x = from + (i * step);
            V a0 = S.All(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
            for (int t = 0; t < n; t++)
            {
                V tap = S.Load(w + (t * wide));
                float* p = x + at[t];
                a0 = S.Fma(S.Load(p), tap, a0);
                a1 = S.Fma(S.Load(p + step), tap, a1);
                p += 2 * step;
                a2 = S.Fma(S.Load(p), tap, a2);
                a3 = S.Fma(S.Load(p + step), tap, a3);
                p += 2 * step;
                a4 = S.Fma(S.Load(p), tap, a4);
                a5 = S.Fma(S.Load(p + step), tap, a5);
                p += 2 * step;
                a6 = S.Fma(S.Load(p), tap, a6);
                a7 = S.Fma(S.Load(p + step), tap, a7);
            }

            float* o = to + (i * outStep);
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
            float* x = from + (i * step);
            V a0 = S.All(0), a1 = a0, a2 = a0, a3 = a0;
            for (int t = 0; t < n; t++)
            {
                V tap = S.Load(w + (t * wide));
                float* p = x + at[t];
                a0 = S.Fma(S.Load(p), tap, a0);
                a1 = S.Fma(S.Load(p + step), tap, a1);
                p += 2 * step;
                a2 = S.Fma(S.Load(p), tap, a2);
                a3 = S.Fma(S.Load(p + step), tap, a3);
            }

            float* o = to + (i * outStep);
            S.Store(o, a0);
            S.Store(o + outStep, a1);
            S.Store(o + (2 * outStep), a2);
            S.Store(o + (3 * outStep), a3);
        }

        for (; i < count; i++)
        {
            V a = S.All(0);
            for (int t = 0; t < n; t++)
                a = S.Fma(S.Load(from + (i * step) + at[t]), S.Load(w + (t * wide)), a);
            S.Store(to + (i * outStep), a);
        }
    }
}

/// <summary>
/// The gradient of a depthwise convolution's weights from one output row: sums[k * channels + c] += sum over i of
/// gradient[i * gradientStep + c] * in[i * inStep + k * tapStep + c] for the k of one row of the kernel (3 or 5 taps).
/// </summary>
internal unsafe readonly struct DepthwiseWeightRow(
    float* input, int inStep, int tapStep, float* gradient, int gradientStep, float* sums, int kernel, int count, int channels)
    : IChannelKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int c)
        where S : ISimd<V>
        where V : struct
    {
        float* x = input + c, g0 = gradient + c, to = sums + c;
        V s0 = S.Load(to), s1 = S.Load(to + channels), s2 = S.Load(to + (2 * channels)), s3 = S.All(0), s4 = S.All(0);
        if (kernel == 3)
        {
            // Two sums a tap: one alone would wait for itself from pixel to pixel.
            V t0 = S.All(0), t1 = t0, t2 = t0;
            int i = 0;
            for (; i + 2 <= count; i += 2, x += 2 * inStep, g0 += 2 * gradientStep)
            {
                V g = S.Load(g0), h = S.Load(g0 + gradientStep);
                float* next = x + inStep;
                s0 = S.Fma(g, S.Load(x), s0);
                t0 = S.Fma(h, S.Load(next), t0);
                s1 = S.Fma(g, S.Load(x + tapStep), s1);
                t1 = S.Fma(h, S.Load(next + tapStep), t1);
                s2 = S.Fma(g, S.Load(x + (2 * tapStep)), s2);
                t2 = S.Fma(h, S.Load(next + (2 * tapStep)), t2);
            }

            if (i < count)
            {
                V g = S.Load(g0);
                s0 = S.Fma(g, S.Load(x), s0);
                s1 = S.Fma(g, S.Load(x + tapStep), s1);
                s2 = S.Fma(g, S.Load(x + (2 * tapStep)), s2);
            }

            s0 = S.Add(s0, t0);
            s1 = S.Add(s1, t1);
            s2 = S.Add(s2, t2);
        }
        else
        {
            s3 = S.Load(to + (3 * channels));
            s4 = S.Load(to + (4 * channels));
            for (int i = 0; i < count; i++, x += inStep, g0 += gradientStep)
            {
                V g = S.Load(g0);
                s0 = S.Fma(g, S.Load(x), s0);
                s1 = S.Fma(g, S.Load(x + tapStep), s1);
                s2 = S.Fma(g, S.Load(x + (2 * tapStep)), s2);
                s3 = S.Fma(g, S.Load(x + (3 * tapStep)), s3);
                s4 = S.Fma(g, S.Load(x + (4 * tapStep)), s4);
            }

            S.Store(to + (3 * channels), s3);
            S.Store(to + (4 * channels), s4);
        }

        S.Store(to, s0);
        S.Store(to + channels, s1);
        S.Store(to + (2 * channels), s2);
    }
}
