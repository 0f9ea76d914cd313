using System.Runtime.CompilerServices;

namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>out[r, c] (+)= scale[c] * x[r, c] + shift[c]: normalising, and adding to a node's sum in the same pass.</summary>
internal unsafe readonly struct ScaleShift(
    float* x, float* scale, float* shift, float* output, int rows, int channels, bool add) : IChannelKernel
{
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

/// <summary>
/// out = ReLU(scale[c] * x + shift[c]), with no scale just ReLU(x), of pixels that lie <c>step</c> floats apart.
/// </summary>
internal unsafe readonly struct ReluCopy(
    float* x, int step, float* scale, float* shift, float* output, int rows, int channels) : IChannelKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int c)
        where S : ISimd<V>
        where V : struct
    {
        float* p = x + c, o = output + c;
        float* end = o + ((long)rows * channels);
        if (scale == null)
        {
            for (; o < end; p += step, o += channels) S.Store(o, S.Relu(S.Load(p)));
            return;
        }

        V a = S.Load(scale + c), b = S.Load(shift + c);
        for (; o < end; p += step, o += channels) S.Store(o, S.Relu(S.Fma(S.Load(p), a, b)));
    }
}

/// <summary>out[r, c] = a[c] * dy[r, c] + b[c] * z[r, c] + d[c]: batch norm's gradient.</summary>
internal unsafe readonly struct NormGradient(
    float* dy, float* z, float* a, float* b, float* d, float* output, int rows, int channels) : IChannelKernel
{
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
/// dx (+)= g but where the ReLU's input, scale[c] * x + shift[c] or just x, is 0 or less; x and dx of pixels that lie
/// <c>step</c> floats apart.
/// </summary>
internal unsafe readonly struct ReluGradient(
    float* g, float* x, int step, float* scale, float* shift, float* dx, int rows, int channels, bool add) : IChannelKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int c)
        where S : ISimd<V>
        where V : struct
    {
        V a = scale == null ? S.All(1) : S.Load(scale + c);
        V b = scale == null ? S.All(0) : S.Load(shift + c);
        float* p = g + c, q = x + c, o = dx + c;
        float* end = p + ((long)rows * channels);
        if (add)
        {
            for (; p < end; p += channels, q += step, o += step)
                S.Store(o, S.Add(S.Load(o), S.ReluGradient(S.Fma(S.Load(q), a, b), S.Load(p))));
        }
        else
        {
            for (; p < end; p += channels, q += step, o += step)
                S.Store(o, S.ReluGradient(S.Fma(S.Load(q), a, b), S.Load(p)));
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

        float* lanes = stackalloc float[32];
        S.Store(lanes, S.Add(s0, s1));
        S.Store(lanes + 16, S.Add(p0, p1));
        for (int i = 0; i < S.Width; i++)
        {
            sums[c + i] += lanes[i];
            products[c + i] += lanes[16 + i];
        }
    }
}

/// <summary>
/// sums[c] += sum of x[r, c] - centre[c], squares[c] += sum of (x[r, c] - centre[c])^2, in double precision over the calls.
/// </summary>
internal unsafe readonly struct ColumnMoments(
    float* x, float* centre, double* sums, double* squares, int rows, int channels) : IChannelKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int c)
        where S : ISimd<V>
        where V : struct
    {
        V s0 = S.All(0), s1 = s0, q0 = s0, q1 = s0;
        V away = S.Multiply(S.Load(centre + c), S.All(-1));
        float* p = x + c;
        int r = 0;
        for (; r + 2 <= rows; r += 2, p += 2 * channels)
        {
            V a = S.Add(S.Load(p), away), b = S.Add(S.Load(p + channels), away);
            s0 = S.Add(s0, a);
            s1 = S.Add(s1, b);
            q0 = S.Fma(a, a, q0);
            q1 = S.Fma(b, b, q1);
        }

        if (r < rows)
        {
            V a = S.Add(S.Load(p), away);
            s0 = S.Add(s0, a);
            q0 = S.Fma(a, a, q0);
        }

        float* lanes = stackalloc float[32];
        S.Store(lanes, S.Add(s0, s1));
        S.Store(lanes + 16, S.Add(q0, q1));
        for (int i = 0; i < S.Width; i++)
        {
            sums[c + i] += lanes[i];
            squares[c + i] += lanes[16 + i];
        }
    }
}

/// <summary>out[r, c] (+)= x[r, c] * factor; rows of x and out lie their own distances apart.</summary>
internal unsafe readonly struct StridedCopy(
    float* x, int xStep, float factor, float* output, int outStep, int rows, bool add) : IChannelKernel
{
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<S, V>(int c)
        where S : ISimd<V>
        where V : struct
    {
        float* p = x + c;
        for (int r = 0; r < rows; r++, p += channels) S.Store(p, S.Multiply(S.Load(p), S.All(factors[r])));
    }
}
