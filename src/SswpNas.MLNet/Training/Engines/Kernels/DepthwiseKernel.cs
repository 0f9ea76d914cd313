using System.Runtime.CompilerServices;

namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>One tap of a depthwise window: floats from a row's first window to its pixel, and to its weights.</summary>
internal readonly record struct DepthwiseTap(nint Pixel, nint Weights);

/// <summary>
/// Depthwise convolution of a row of channels-last pixels that is already padded: forward, and, with mirrored taps, the gradient of
/// the input: out(i)[c] = sum over t of in(i)[taps[t].Pixel + c] * weights[taps[t].Weights + c]. libtorch's own take ten to fifty
/// times as long on a CPU.
/// </summary>
internal unsafe readonly struct DepthwiseRow(
    float* input, int inputStep, DepthwiseTap* taps, int tapCount, float* weights, float* output, int outputStep, int count) : IChannelKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int c)
        where S : ISimd<V>
        where V : struct
    {
        float* from = input + c, w = weights + c, to = output + c;
        DepthwiseTap* end = taps + tapCount;
        nint step = inputStep, step2 = 2 * step, step3 = 3 * step, step4 = 4 * step, outStep = outputStep;
        int i = 0;
        for (; i + 8 <= count; i += 8, from += 2 * step4, to += 8 * outStep)
        {
            V a0 = S.All(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
            for (DepthwiseTap* t = taps; t < end; t++)
            {
                V tap = S.Load(w + t->Weights);
                float* p = from + t->Pixel;
                a0 = S.Fma(S.Load(p), tap, a0);
                a1 = S.Fma(S.Load(p + step), tap, a1);
                a2 = S.Fma(S.Load(p + step2), tap, a2);
                a3 = S.Fma(S.Load(p + step3), tap, a3);
                p += step4;
                a4 = S.Fma(S.Load(p), tap, a4);
                a5 = S.Fma(S.Load(p + step), tap, a5);
                a6 = S.Fma(S.Load(p + step2), tap, a6);
                a7 = S.Fma(S.Load(p + step3), tap, a7);
            }

            float* o = to;
            S.Store(o, a0);
            S.Store(o += outStep, a1);
            S.Store(o += outStep, a2);
            S.Store(o += outStep, a3);
            S.Store(o += outStep, a4);
            S.Store(o += outStep, a5);
            S.Store(o += outStep, a6);
            S.Store(o + outStep, a7);
        }

        for (; i + 4 <= count; i += 4, from += step4, to += 4 * outStep)
        {
            V a0 = S.All(0), a1 = a0, a2 = a0, a3 = a0;
            for (DepthwiseTap* t = taps; t < end; t++)
            {
                V tap = S.Load(w + t->Weights);
                float* p = from + t->Pixel;
                a0 = S.Fma(S.Load(p), tap, a0);
                a1 = S.Fma(S.Load(p + step), tap, a1);
                a2 = S.Fma(S.Load(p + step2), tap, a2);
                a3 = S.Fma(S.Load(p + step3), tap, a3);
            }

            S.Store(to, a0);
            S.Store(to + outStep, a1);
            S.Store(to + (2 * outStep), a2);
            S.Store(to + (3 * outStep), a3);
        }

        for (; i < count; i++, from += step, to += outStep)
        {
            V a = S.All(0);
            for (DepthwiseTap* t = taps; t < end; t++) a = S.Fma(S.Load(from + t->Pixel), S.Load(w + t->Weights), a);
            S.Store(to, a);
        }
    }
}

/// <summary>
/// The gradient of a depthwise convolution's weights from output rows: sums[k * channels + c] += sum over y and i of
/// gradient(y, i)[c] * in(y, i)[k * tapStep + c] for the k of one row of the kernel, of any size.
/// </summary>
internal unsafe readonly struct DepthwiseWeightRows(
    PixelGrid input, int tapStep, PixelGrid gradient, float* sums, int kernel, int rows, int count, int channels) : IChannelKernel
{
    public void Run<S, V>(int c)
        where S : ISimd<V>
        where V : struct
    {
        float* to = sums + c;
        if (kernel == 3)
        {
            Three<S, V>(c, to);
            return;
        }

        int k = 0;
        for (; k + 5 <= kernel; k += 5) Five<S, V>(c + (k * tapStep), c, to + (k * channels));
        for (; k < kernel; k++) One<S, V>(c + (k * tapStep), c, to + (k * channels));
    }

    /// <summary>Two sums a tap: one alone would wait for itself from pixel to pixel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Three<S, V>(int c, float* to)
        where S : ISimd<V>
        where V : struct
    {
        int step = input.Step, gradientStep = gradient.Step, tap = tapStep;
        V s0 = S.Load(to), s1 = S.Load(to + channels), s2 = S.Load(to + (2 * channels));
        for (int y = 0; y < rows; y++)
        {
            float* x = input.RowOf(y) + c, g0 = gradient.RowOf(y) + c;
            V t0 = S.All(0), t1 = t0, t2 = t0;
            int i = 0;
            for (; i + 2 <= count; i += 2, x += 2 * step, g0 += 2 * gradientStep)
            {
                V g = S.Load(g0), h = S.Load(g0 + gradientStep);
                float* next = x + step;
                s0 = S.Fma(g, S.Load(x), s0);
                t0 = S.Fma(h, S.Load(next), t0);
                s1 = S.Fma(g, S.Load(x + tap), s1);
                t1 = S.Fma(h, S.Load(next + tap), t1);
                s2 = S.Fma(g, S.Load(x + (2 * tap)), s2);
                t2 = S.Fma(h, S.Load(next + (2 * tap)), t2);
            }

            if (i < count)
            {
                V g = S.Load(g0);
                s0 = S.Fma(g, S.Load(x), s0);
                s1 = S.Fma(g, S.Load(x + tap), s1);
                s2 = S.Fma(g, S.Load(x + (2 * tap)), s2);
            }

            s0 = S.Add(s0, t0);
            s1 = S.Add(s1, t1);
            s2 = S.Add(s2, t2);
        }

        S.Store(to, s0);
        S.Store(to + channels, s1);
        S.Store(to + (2 * channels), s2);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Five<S, V>(int first, int c, float* to)
        where S : ISimd<V>
        where V : struct
    {
        int step = input.Step, gradientStep = gradient.Step, tap = tapStep;
        V s0 = S.Load(to), s1 = S.Load(to + channels), s2 = S.Load(to + (2 * channels));
        V s3 = S.Load(to + (3 * channels)), s4 = S.Load(to + (4 * channels));
        for (int y = 0; y < rows; y++)
        {
            float* x = input.RowOf(y) + first, g0 = gradient.RowOf(y) + c;
            for (int i = 0; i < count; i++, x += step, g0 += gradientStep)
            {
                V g = S.Load(g0);
                s0 = S.Fma(g, S.Load(x), s0);
                s1 = S.Fma(g, S.Load(x + tap), s1);
                s2 = S.Fma(g, S.Load(x + (2 * tap)), s2);
                s3 = S.Fma(g, S.Load(x + (3 * tap)), s3);
                s4 = S.Fma(g, S.Load(x + (4 * tap)), s4);
            }
        }

        S.Store(to, s0);
        S.Store(to + channels, s1);
        S.Store(to + (2 * channels), s2);
        S.Store(to + (3 * channels), s3);
        S.Store(to + (4 * channels), s4);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void One<S, V>(int first, int c, float* to)
        where S : ISimd<V>
        where V : struct
    {
        V sum = S.Load(to);
        for (int y = 0; y < rows; y++)
        {
            float* x = input.RowOf(y) + first, g = gradient.RowOf(y) + c;
            for (int i = 0; i < count; i++, x += input.Step, g += gradient.Step) sum = S.Fma(S.Load(g), S.Load(x), sum);
        }

        S.Store(to, sum);
    }
}
