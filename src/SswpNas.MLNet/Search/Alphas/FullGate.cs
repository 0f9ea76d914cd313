namespace SswpNas.MLNet.Search;

/// <summary>Path binarisation with the gate gradients of all operations (section 3.2, mode "full").</summary>
internal static class FullGate
{
    /// <summary>Draws the active operation from softmax(alpha).</summary>
    public static int Sample(ReadOnlySpan<float> alpha, ref RandomStream random) => random.NextIndex(Softmax.Of(alpha));

    /// <summary>Adds dL/dalpha, given dL/dg of all operations, to <paramref name="gradient"/>.</summary>
    public static void Gradient(ReadOnlySpan<float> alpha, ReadOnlySpan<double> gates, Span<double> gradient)
    {
        double[] all = new double[alpha.Length];
        Softmax.Backward(Softmax.Of(alpha), gates, all);
        for (int i = 0; i < all.Length; i++) gradient[i] += all[i];
    }
}
