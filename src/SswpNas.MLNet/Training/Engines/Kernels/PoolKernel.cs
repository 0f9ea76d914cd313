using System.Runtime.CompilerServices;

namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>
/// 3x3 max pool of channels-last rows whose input is padded with -infinity: a column of three is looked at once for all windows that
/// hold it.
/// </summary>
internal unsafe readonly struct MaxPoolRows(PixelGrid input, int stride, float* output, int rows, int count, int channels)
    : IChannelKernel
{
    public static bool TakesLines => true;

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
    float* input, int stride, int rowStep, float* gradient, float* padded, int count, int channels, int firstTap)
    : IChannelKernel
{
    /// <summary>The gradients of three columns stay in registers while windows hold them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int c)
        where S : ISimd<V>
        where V : struct
    {
        nint row = rowStep, step = channels;
        float* x = input + c, g = gradient + c, o = padded + c, end = g + (count * step);
        V l0 = S.Load(o), l1 = S.Load(o + row), l2 = S.Load(o + (2 * row));
        V m0 = S.Load(o + step), m1 = S.Load(o + step + row), m2 = S.Load(o + step + (2 * row));
        for (int first = firstTap; g < end; g += step, first = firstTap - (firstTap % 3))
        {
            float* right = o + (2 * step);
            V r0 = S.Load(right), r1 = S.Load(right + row), r2 = S.Load(right + (2 * row));
            V where = Where<S, V>(x, first), value = S.Load(g);
            l0 = S.Add(l0, S.WhereEqual(where, S.All(0), value));
            m0 = S.Add(m0, S.WhereEqual(where, S.All(1), value));
            r0 = S.Add(r0, S.WhereEqual(where, S.All(2), value));
            l1 = S.Add(l1, S.WhereEqual(where, S.All(3), value));
            m1 = S.Add(m1, S.WhereEqual(where, S.All(4), value));
            r1 = S.Add(r1, S.WhereEqual(where, S.All(5), value));
            l2 = S.Add(l2, S.WhereEqual(where, S.All(6), value));
            m2 = S.Add(m2, S.WhereEqual(where, S.All(7), value));
            r2 = S.Add(r2, S.WhereEqual(where, S.All(8), value));
            Store<S, V>(o, l0, l1, l2);
            if (stride == 1)
            {
                (l0, l1, l2) = (m0, m1, m2);
                (m0, m1, m2) = (r0, r1, r2);
            }
            else
            {
                Store<S, V>(o + step, m0, m1, m2);
                (l0, l1, l2) = (r0, r1, r2);
                float* next = g + step < end ? right + step : o; // behind the last window there may be nothing
                (m0, m1, m2) = (S.Load(next), S.Load(next + row), S.Load(next + (2 * row)));
            }

            o += stride * step;
            x += stride * step;
        }

        Store<S, V>(o, l0, l1, l2);
        if (stride == 1) Store<S, V>(o + step, m0, m1, m2);
    }

    /// <summary>Which of a window's nine has its maximum, from the first one on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private V Where<S, V>(float* x, int first)
        where S : ISimd<V>
        where V : struct
    {
        V best = S.Load(x + ((first / 3) * rowStep) + ((first % 3) * channels)), where = S.All(first);
        for (int t = first + 1; t < 9; t++)
        {
            V v = S.Load(x + ((t / 3) * rowStep) + ((t % 3) * channels));
            where = S.WhereGreaterOrNaN(v, best, S.All(t), where);
            best = S.WhereGreaterOrNaN(v, best, v, best);
        }

        return where;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Store<S, V>(float* o, V first, V second, V third)
        where S : ISimd<V>
        where V : struct
    {
        S.Store(o, first);
        S.Store(o + rowStep, second);
        S.Store(o + (2 * rowStep), third);
    }
}
