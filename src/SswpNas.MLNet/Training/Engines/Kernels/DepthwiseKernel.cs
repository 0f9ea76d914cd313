using System.Runtime.CompilerServices;

namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>One tap of a depthwise window: floats from a row's first window to its pixel, and to its weights.</summary>
internal readonly record struct DepthwiseTap(int Pixel, int Weights);

/// <summary>
/// Depthwise convolution of a channels-last row that is already padded: forward, and, with mirrored taps, the gradient of
/// the input: out[i * outStep + c] = sum over t of in[i * inStep + taps[t].Pixel + c] * weights[taps[t].Weights + c]. libtorch's
/// own take ten to fifty times as long on a CPU.
/// </summary>
internal unsafe readonly struct DepthwiseRow(
    float* input, int inStep, DepthwiseTap* taps, int tapCount, float* weights, float* output, int outStep, int count)
    : IChannelKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int c)
        where S : ISimd<V>
        where V : struct
    {
        float* from = input + c, to = output + c, w = weights + c;
        DepthwiseTap* at = taps;
        int n = tapCount, step = inStep;
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            float* x = from + (i * step);
            V a0 = S.All(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
            for (int t = 0; t < n; t++)
            {
                V tap = S.Load(w + at[t].Weights);
                float* p = x + at[t].Pixel;
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
                V tap = S.Load(w + at[t].Weights);
                float* p = x + at[t].Pixel;
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
                a = S.Fma(S.Load(from + (i * step) + at[t].Pixel), S.Load(w + at[t].Weights), a);
            S.Store(to + (i * outStep), a);
        }
    }
}

/// <summary>
/// The gradient of a depthwise convolution's weights from one output row: sums[k * channels + c] += sum over i of
/// gradient[i * gradientStep + c] * in[i * inStep + k * tapStep + c] for the k of one row of the kernel, of any size.
/// </summary>
internal unsafe readonly struct DepthwiseWeightRow(
    float* input, int inStep, int tapStep, float* gradient, int gradientStep, float* sums, int kernel, int count, int channels)
    : IChannelKernel
{
    public void Run<S, V>(int c)
        where S : ISimd<V>
        where V : struct
    {
        float* x = input + c, g = gradient + c, to = sums + c;
        if (kernel == 3)
        {
            Three<S, V>(x, g, to);
            return;
        }

        int k = 0;
        for (; k + 5 <= kernel; k += 5) Five<S, V>(x + (k * tapStep), g, to + (k * channels));
        for (; k < kernel; k++) One<S, V>(x + (k * tapStep), g, to + (k * channels));
    }

    /// <summary>Two sums a tap: one alone would wait for itself from pixel to pixel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Three<S, V>(float* x, float* g0, float* to)
        where S : ISimd<V>
        where V : struct
    {
        V s0 = S.Load(to), s1 = S.Load(to + channels), s2 = S.Load(to + (2 * channels));
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

        S.Store(to, S.Add(s0, t0));
        S.Store(to + channels, S.Add(s1, t1));
        S.Store(to + (2 * channels), S.Add(s2, t2));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Five<S, V>(float* x, float* g0, float* to)
        where S : ISimd<V>
        where V : struct
    {
        V s0 = S.Load(to), s1 = S.Load(to + channels), s2 = S.Load(to + (2 * channels));
        V s3 = S.Load(to + (3 * channels)), s4 = S.Load(to + (4 * channels));
        for (int i = 0; i < count; i++, x += inStep, g0 += gradientStep)
        {
            V g = S.Load(g0);
            s0 = S.Fma(g, S.Load(x), s0);
            s1 = S.Fma(g, S.Load(x + tapStep), s1);
            s2 = S.Fma(g, S.Load(x + (2 * tapStep)), s2);
            s3 = S.Fma(g, S.Load(x + (3 * tapStep)), s3);
            s4 = S.Fma(g, S.Load(x + (4 * tapStep)), s4);
        }

        S.Store(to, s0);
        S.Store(to + channels, s1);
        S.Store(to + (2 * channels), s2);
        S.Store(to + (3 * channels), s3);
        S.Store(to + (4 * channels), s4);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void One<S, V>(float* x, float* g, float* to)
        where S : ISimd<V>
        where V : struct
    {
        V sum = S.Load(to);
        for (int i = 0; i < count; i++, x += inStep, g += gradientStep) sum = S.Fma(S.Load(g), S.Load(x), sum);
        S.Store(to, sum);
    }
}
