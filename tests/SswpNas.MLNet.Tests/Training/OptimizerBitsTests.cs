using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Training;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Training;

/// <summary>The optimisers' vectors give every bit of one number after another, at every length of a weight.</summary>
[TestClass]
public sealed class OptimizerBitsTests
{
    private const float Keep = 0.9f, Keep2 = 0.99f, Rate = 0.01f;
    private const double Decay = 0.05, Clip = 5;

    public static IEnumerable<object[]> Lengths() =>
        from kind in Enum.GetValues<OptimizerKind>()
        from length in (int[])[1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 33, 63, 65, 511, 512, 513, 1023, 1024, 1025, 3000]
        select new object[] { kind, length };

    [TestMethod]
    [DynamicData(nameof(Lengths))]
    public void VectorsGiveTheBitsOfNumbers(OptimizerKind kind, int length)
    {
        float[] w = Numbers(length, 0.3f), m = new float[length], v = new float[length];
        using Weight weight = new(tensor(w));
        using WeightOptimizer optimizer = WeightOptimizer.Of(kind, [weight], 0.9, 0.99, Decay, Clip, asynchronous: false);
        for (int step = 1; step <= 5; step++)
        {
            float[] g = Numbers(length, step);
            using (Tensor gradient = tensor(g)) weight.EnsureGradient().copy_(gradient);
            weight.HasGradient = true;
            optimizer.Step(Rate);
            float scale = (float)Math.Min(1, Clip / (Math.Sqrt(g.Sum(x => (double)x * x)) + 1e-6));
            if (kind == OptimizerKind.Adam) Adam(w, m, v, g, scale, step);
            else Sgd(w, m, g, scale, step == 1 ? 0 : Keep);
            CollectionAssert.AreEqual(w, weight.Value.data<float>().ToArray(), $"weight after step {step}");
            CollectionAssert.AreEqual(m, weight.Momentum!.data<float>().ToArray(), $"momentum after step {step}");
        }
    }

    private static void Sgd(float[] w, float[] m, float[] g, float scale, float keep)
    {
        float decay = (float)Decay;
        for (int i = 0; i < w.Length; i++)
        {
            m[i] = (keep * m[i]) + (scale * g[i]) + (decay * w[i]);
            w[i] -= Rate * m[i];
        }
    }

    private static void Adam(float[] w, float[] m, float[] v, float[] g, float scale, int step)
    {
        double rate = Rate / (1 - Math.Pow(0.9, step)), root = 1 / Math.Sqrt(1 - Math.Pow(0.99, step));
        (float decay, float slope, float unbias) = ((float)(1 - (Rate * Decay)), (float)rate, (float)root);
        for (int i = 0; i < w.Length; i++)
        {
            float gradient = scale * g[i];
            m[i] = (Keep * m[i]) + ((1 - Keep) * gradient);
            v[i] = (Keep2 * v[i]) + ((1 - Keep2) * gradient * gradient);
            w[i] = (decay * w[i]) - (slope * m[i] / ((MathF.Sqrt(v[i]) * unbias) + 1e-8f));
        }
    }

    private static float[] Numbers(int length, float phase) =>
        [.. Enumerable.Range(0, length).Select(i => MathF.Sin((i * 1.3f) + phase) * (i % 5 == 0 ? 100 : 1))];
}
