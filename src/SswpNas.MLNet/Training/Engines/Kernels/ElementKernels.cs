using System.Runtime.CompilerServices;

namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>Pixels in rows: pixel (y, x) begins at data + y * row + x * step.</summary>
internal readonly unsafe struct PixelGrid(float* data, int step, int row)
{
    /// <summary>Floats from a pixel to the next one.</summary>
    public int Step => step;

    /// <summary>Floats from a row to the next one.</summary>
    public int Row => row;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* RowOf(int y) => data + ((long)y * row);
}

/// <summary>out[r, c] (+)= scale[c] * x[r, c] + shift[c]: normalising, and adding to a node's sum in the same pass.</summary>
internal unsafe readonly struct ScaleShift(
    float* x, float* scale, float* shift, float* output, int rows, int channels, bool add) : IChannelKernel
{
    public static bool TakesLines => true;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int c)
        where S : ISimd<V>
        where V : struct
    {
        V a = S.Load(scale + c), b = S.Load(shift + c);
        float* p = x + c, o = output + c;
        float* end = p + ((long)rows * channels);
        if (add)
        {
            for (; p < end; p += channels, o += channels) S.Store(o, S.Add(S.Load(o), S.Fma(S.Load(p), a, b)));
        }
        else
        {
            for (; p < end; p += channels, o += channels) S.Store(o, S.Fma(S.Load(p), a, b));
        }
    }
}

/// <summary>out = ReLU(scale[c] * x + shift[c]), with no scale just ReLU(x).</summary>
internal unsafe readonly struct ReluCopy(PixelGrid x, float* scale, float* shift, PixelGrid output, int rows, int width)
    : IChannelKernel
{
    public static bool TakesLines => true;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int c)
        where S : ISimd<V>
        where V : struct
    {
        V a = scale == null ? S.All(1) : S.Load(scale + c);
        V b = scale == null ? S.All(0) : S.Load(shift + c);
        int step = x.Step, outStep = output.Step;
        for (int y = 0; y < rows; y++)
        {
            float* p = x.RowOf(y) + c, o = output.RowOf(y) + c;
            float* end = o + ((long)width * outStep);
            if (scale == null)
            {
                for (; o < end; p += step, o += outStep) S.Store(o, S.Relu(S.Load(p)));
            }
            else
            {
                for (; o < end; p += step, o += outStep) S.Store(o, S.Relu(S.Fma(S.Load(p), a, b)));
            }
        }
    }
}

/// <summary>out[r, c] = a[c] * dy[r, c] + b[c] * z[r, c] + d[c]: batch norm's gradient.</summary>
internal unsafe readonly struct NormGradient(
    float* dy, float* z, float* a, float* b, float* d, float* output, int rows, int channels) : IChannelKernel
{
    public static bool TakesLines => true;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int c)
        where S : ISimd<V>
        where V : struct
    {
        V va = S.Load(a + c), vb = S.Load(b + c), vd = S.Load(d + c);
        float* p = dy + c, q = z + c, o = output + c;
        float* end = p + ((long)rows * channels);
        for (; p < end; p += channels, q += channels, o += channels)
            S.Store(o, S.Fma(S.Load(p), va, S.Fma(S.Load(q), vb, vd)));
    }
}

/// <summary>
/// dx (+)= g but where the ReLU's input, scale[c] * x + shift[c] or just x, is 0 or less; g without gaps.
/// </summary>
internal unsafe readonly struct ReluGradient(
    float* g, PixelGrid x, float* scale, float* shift, PixelGrid dx, int rows, int width, int channels, bool add) : IChannelKernel
{
    public static bool TakesLines => true;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int c)
        where S : ISimd<V>
        where V : struct
    {
        V a = scale == null ? S.All(1) : S.Load(scale + c);
        V b = scale == null ? S.All(0) : S.Load(shift + c);
        int step = x.Step, outStep = dx.Step;
        float* p = g + c;
        for (int y = 0; y < rows; y++)
        {
            float* q = x.RowOf(y) + c, o = dx.RowOf(y) + c;
            float* end = p + ((long)width * channels);
            if (add)
            {
                for (; p < end; p += channels, q += step, o += outStep)
                    S.Store(o, S.Add(S.Load(o), S.ReluGradient(S.Fma(S.Load(q), a, b), S.Load(p))));
            }
            else
            {
                for (; p < end; p += channels, q += step, o += outStep)
                    S.Store(o, S.ReluGradient(S.Fma(S.Load(q), a, b), S.Load(p)));
            }
        }
    }
}

/// <summary>
/// sums[c] += sum of x[r, c], products[c] += sum of x[r, c] * (y[r, c] - centre[c]), in double precision over the calls; no
/// centre is a centre of 0.
/// </summary>
internal unsafe readonly struct ColumnSums(
    float* x, float* y, float* centre, double* sums, double* products, int rows, int channels) : IChannelKernel
{
    public static bool TakesLines => true;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int c)
        where S : ISimd<V>
        where V : struct
    {
        V s0 = S.All(0), s1 = s0, p0 = s0, p1 = s0;
        V away = centre == null ? S.All(0) : S.Multiply(S.Load(centre + c), S.All(-1));
        float* p = x + c, q = y + c;
        int r = 0;
        for (; r + 2 <= rows; r += 2, p += 2 * channels, q += 2 * channels)
        {
            V a = S.Load(p), b = S.Load(p + channels);
            s0 = S.Add(s0, a);
            s1 = S.Add(s1, b);
            p0 = S.Fma(a, S.Add(S.Load(q), away), p0);
            p1 = S.Fma(b, S.Add(S.Load(q + channels), away), p1);
        }

        if (r < rows)
        {
            V a = S.Load(p);
            s0 = S.Add(s0, a);
            p0 = S.Fma(a, S.Add(S.Load(q), away), p0);
        }

        S.AddTo(sums + c, S.Add(s0, s1));
        S.AddTo(products + c, S.Add(p0, p1));
    }
}

/// <summary>
/// sums[c] += sum of x[y, x, c] - centre[c], squares[c] += sum of (x[y, x, c] - centre[c])^2, in double precision over the rows.
/// </summary>
internal unsafe readonly struct ColumnMoments(
    float* x, float* centre, double* sums, double* squares, int rows, int width, int channels) : IChannelKernel
{
    public static bool TakesLines => true;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int c)
        where S : ISimd<V>
        where V : struct
    {
        V away = S.Multiply(S.Load(centre + c), S.All(-1));
        float* p = x + c;
        for (int y = 0; y < rows; y++)
        {
            V s0 = S.All(0), s1 = s0, q0 = s0, q1 = s0;
            int i = 0;
            for (; i + 2 <= width; i += 2, p += 2 * channels)
            {
                V a = S.Add(S.Load(p), away), b = S.Add(S.Load(p + channels), away);
                s0 = S.Add(s0, a);
                s1 = S.Add(s1, b);
                q0 = S.Fma(a, a, q0);
                q1 = S.Fma(b, b, q1);
            }

            if (i < width)
            {
                V a = S.Add(S.Load(p), away);
                s0 = S.Add(s0, a);
                q0 = S.Fma(a, a, q0);
                p += channels;
            }

            S.AddTo(sums + c, S.Add(s0, s1));
            S.AddTo(squares + c, S.Add(q0, q1));
        }
    }
}

/// <summary>out[r, c] (+)= x[r, c] * factor; rows of x and out lie their own distances apart.</summary>
internal unsafe readonly struct StridedCopy(
    float* x, int xStep, float factor, float* output, int outStep, int rows, bool add) : IChannelKernel
{
    public static bool TakesLines => true;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int c)
        where S : ISimd<V>
        where V : struct
    {
        V f = S.All(factor);
        float* p = x + c, o = output + c;
        if (add)
        {
            for (int r = 0; r < rows; r++, p += xStep, o += outStep) S.Store(o, S.Fma(S.Load(p), f, S.Load(o)));
        }
        else
        {
            for (int r = 0; r < rows; r++, p += xStep, o += outStep) S.Store(o, S.Multiply(S.Load(p), f));
        }
    }
}

/// <summary>x[r, c] *= factors[r].</summary>
internal unsafe readonly struct PixelScale(float* x, float* factors, int rows, int channels) : IChannelKernel
{
    public static bool TakesLines => true;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int c)
        where S : ISimd<V>
        where V : struct
    {
        float* p = x + c;
        for (int r = 0; r < rows; r++, p += channels) S.Store(p, S.Multiply(S.Load(p), S.All(factors[r])));
    }
}
