using System.Runtime.CompilerServices;

namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>
/// 3x3 max pool of channels-last rows whose input is padded with -infinity: a column of three is looked at once for all windows that
/// hold it.
/// </summary>
internal unsafe readonly struct MaxPoolRows(PixelGrid input, int stride, float* output, int rows, int count, int channels)
    : IChannelKernel
{
    public void Run<S, V>(int c)
        where S : ISimd<V>
        where V : struct
    {
        for (int y = 0; y < rows; y++) Row<S, V>(input.RowOf(y * stride) + c, output + ((long)y * count * channels) + c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row<S, V>(float* x, float* o)
        where S : ISimd<V>
        where V : struct
    {
        int row = input.Row, step = channels;
        V left = Column<S, V>(x, row), middle = Column<S, V>(x + step, row);
        for (int i = 0; i < count; i++, o += step)
        {
            V right = Column<S, V>(x + (2 * step), row);
            S.Store(o, S.Max(S.Max(left, middle), right));
            if (i == count - 1) return;
            x += stride * step;
            left = stride == 1 ? middle : right;
            middle = stride == 1 ? right : Column<S, V>(x + step, row);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Column<S, V>(float* x, int row)
        where S : ISimd<V>
        where V : struct => S.Max(S.Max(S.Load(x), S.Load(x + row)), S.Load(x + (2 * row)));
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
