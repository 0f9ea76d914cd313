namespace SswpNas.MLNet.Search;

/// <summary>
/// Path binarisation with two paths (section 3.2, ProxylessNAS): two operations compete in a step, the others'
/// probabilities stay what they are.
/// </summary>
internal static class TwoPathGate
{
    /// <summary>
    /// Draws two distinct operations from softmax(alpha) and makes one of them active by the softmax over just the two.
    /// </summary>
    public static (int Active, int Other) Sample(ReadOnlySpan<float> alpha, ref RandomStream random)
    {
        int first = random.NextIndex(Softmax.Of(alpha));
        float[] rest = alpha.ToArray();
        rest[first] = float.NegativeInfinity;
        int second = random.NextIndex(Softmax.Of(rest));
        double[] p = Softmax.Of([alpha[first], alpha[second]]);
        return random.NextBool(p[0]) ? (first, second) : (second, first);
    }

    /// <summary>Adds dL/dalpha of the two operations, given dL/dg of all, to <paramref name="gradient"/>.</summary>
    public static void Gradient(
        ReadOnlySpan<float> alpha, int active, int other, ReadOnlySpan<double> gates, Span<double> gradient)
    {
        double[] p = Softmax.Of([alpha[active], alpha[other]]);
        Span<double> two = stackalloc double[2];
        Softmax.Backward(p, [gates[active], gates[other]], two);
        gradient[active] += two[0];
        gradient[other] += two[1];
    }

    /// <summary>
    /// After the optimiser's step: shifts both alphas by the same offset, so that the sum of exp over the two is what it
    /// was before the step.
    /// </summary>
    public static void Rescale(ReadOnlySpan<float> before, Span<float> alpha, int active, int other)
    {
        double offset = LogSumExp(before[active], before[other]) - LogSumExp(alpha[active], alpha[other]);
        alpha[active] = (float)(alpha[active] + offset);
        alpha[other] = (float)(alpha[other] + offset);
    }

    private static double LogSumExp(double a, double b) => Math.Max(a, b) + Math.Log(1 + Math.Exp(-Math.Abs(a - b)));
}
