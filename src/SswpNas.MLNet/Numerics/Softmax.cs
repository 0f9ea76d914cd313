namespace SswpNas.MLNet.Numerics;

/// <summary>Softmax over a few values, in double precision.</summary>
internal static class Softmax
{
    public static double[] Of(float[] values) => Of(values.AsSpan());

    public static double[] Of(ReadOnlySpan<float> values)
    {
        double[] wide = new double[values.Length];
        for (int i = 0; i < wide.Length; i++) wide[i] = values[i];
        return Softened(wide, temperature: 1);
    }

    /// <summary>Of the values by a temperature: higher ones are softer.</summary>
    public static double[] Softened(ReadOnlySpan<double> values, double temperature)
    {
        double max = double.NegativeInfinity;
        foreach (double v in values) max = Math.Max(max, v);
        double[] p = new double[values.Length];
        double sum = 0;
        for (int i = 0; i < p.Length; i++) sum += p[i] = Math.Exp((values[i] - max) / temperature);
        for (int i = 0; i < p.Length; i++) p[i] /= sum;
        return p;
    }

    /// <summary>
    /// Through the softmax backwards: sum over j of g_j p_j (delta_ij - p_i), which is p_i (g_i - sum over j of g_j p_j).
    /// </summary>
    public static void Backward(ReadOnlySpan<double> p, ReadOnlySpan<double> g, Span<double> gradient)
    {
        double mean = 0;
        for (int j = 0; j < p.Length; j++) mean += g[j] * p[j];
        for (int i = 0; i < p.Length; i++) gradient[i] = p[i] * (g[i] - mean);
    }

    /// <summary>Entropy of a distribution in nats, 0 (certain) to ln n (uniform).</summary>
    public static double Entropy(ReadOnlySpan<double> p)
    {
        double entropy = 0;
        foreach (double q in p) if (q > 0) entropy -= q * Math.Log(q);
        return entropy;
    }
}
