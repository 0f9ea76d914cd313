using System.Runtime.CompilerServices;

namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>3x3 max pool of one channels-last row whose input is padded with -infinity.</summary>
internal unsafe readonly struct MaxPoolRow(
    float* input, int inStep, int rowStep, float* output, int count, int channels) : IChannelKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int c)
        where S : ISimd<V>
        where V : struct
    {
        float* x = input + c, o = output + c;
        for (int i = 0; i < count; i++, x += inStep, o += channels)
        {
            V best = S.Load(x);
            for (int ky = 0; ky < 3; ky++)
            {
                float* p = x + (ky * rowStep);
                best = S.Max(best, S.Max(S.Load(p), S.Max(S.Load(p + channels), S.Load(p + (2 * channels)))));
            }

            S.Store(o, best);
        }
    }
}

/// <summary>
/// The max pool's gradient: each output's gradient goes to the first of its nine inputs that equals the maximum, in the
/// order of the window, or to the last that is NaN (as libtorch does). The gradient rows are padded like the input. The
/// search begins at <c>firstTap</c>, the first of the nine that lies inside the image in the row's first window, so that a
/// window of -infinity alone does not end in the padding.
/// </summary>
internal unsafe readonly struct MaxPoolGradientRow(
    float* input, int inStep, int rowStep, float* gradient, float* padded, int count, int channels, int firstTap)
    : IChannelKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int c)
        where S : ISimd<V>
        where V : struct
    {
        float* x = input + c, g = gradient + c, o = padded + c;
        for (int i = 0; i < count; i++, x += inStep, g += channels, o += inStep)
        {
            int first = i == 0 ? firstTap : firstTap - (firstTap % 3);
            V best = S.Load(x + ((first / 3) * rowStep) + ((first % 3) * channels)), where = S.All(first);
            for (int t = first + 1; t < 9; t++)
            {
                V v = S.Load(x + ((t / 3) * rowStep) + ((t % 3) * channels));
                where = S.WhereGreaterOrNaN(v, best, S.All(t), where);
                best = S.WhereGreaterOrNaN(v, best, v, best);
            }

            V value = S.Load(g);
            for (int t = 0; t < 9; t++)
            {
                float* target = o + ((t / 3) * rowStep) + ((t % 3) * channels);
                S.Store(target, S.Add(S.Load(target), S.WhereEqual(where, S.All(t), value)));
            }
        }
    }
}
