using SswpNas.MLNet.Training.Engines.Kernels;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.SearchSpace.Layers;

namespace SswpNas.MLNet.Tests.Kernels;

/// <summary>Batch norm of values whose mean is far from zero, against two plain passes in double precision.</summary>
[TestClass]
public sealed class LargeMeanTests
{
    private static readonly int[] Shape = [40, 9, 11, 21];

    [TestMethod]
    [DataRow(0.0, 1.0, 1e-4)]
    [DataRow(1000.0, 1.0, 1e-3)]
    [DataRow(-1000.0, 1.0, 1e-3)]
    [DataRow(1000.0, 0.1, 1e-2)]
    [DataRow(100_000.0, 100.0, 1e-2)]
    public void StatisticsAndGradientsAreThoseOfTwoPasses(double mean, double deviation, double tolerance)
    {
        float[] z = Values(mean, deviation);
        AssertTwoPasses(z, tolerance);
    }

    /// <summary>What lies in the first rows says nothing about the rest.</summary>
    [TestMethod]
    public void RowsThatAreUnlikeTheRestDoNoHarm()
    {
        float[] z = Values(1000, 1);
        int row = Shape[2] * Shape[3];
        for (int n = 0; n < Shape[0]; n++) z.AsSpan(n * Shape[1] * row, row).Fill(0.25f);
        AssertTwoPasses(z, 1e-3);
    }

    [TestMethod]
    public void AConstantChannelHasNoVariance()
    {
        float[] z = new float[Shape.Aggregate(1, (a, b) => a * b)];
        z.AsSpan().Fill(1234.567f);
        Dictionary<string, float[]> result = Run(z, threads: 2);
        foreach (float variance in result["0 bn.running_var"]) Assert.AreEqual(0.9f, variance, 1e-6f, "0.9 of the 1 before");
        foreach (float m in result["0 bn.running_mean"]) Assert.AreEqual(123.4567f, m, 1e-4f);
    }

    [TestMethod]
    public void TheNumberOfThreadsChangesNoBit()
    {
        float[] z = Values(1000, 1);
        Dictionary<string, float[]> one = Run(z, threads: 1);
        foreach (int threads in new[] { 2, 3, 7 })
        {
            foreach ((string name, float[] numbers) in Run(z, threads)) CollectionAssert.AreEqual(one[name], numbers, name);
        }
    }

    private static void AssertTwoPasses(float[] z, double tolerance)
    {
        Dictionary<string, float[]> result = Run(z, threads: 2);
        int channels = Shape[3], count = z.Length / channels;
        for (int c = 0; c < channels; c++)
        {
            double[] values = [.. Enumerable.Range(0, count).Select(i => (double)z[(i * channels) + c])];
            double[] slopes = [.. Enumerable.Range(0, count).Select(i => (double)MathF.Sin(1.7f * ((i * channels) + c)))];
            double mean = values.Average(), variance = values.Average(v => (v - mean) * (v - mean));
            double deviation = Math.Sqrt(variance + BatchNorm.Epsilon);
            Assert.AreEqual(0.1 * mean, result["0 bn.running_mean"][c], 1e-6 * Math.Max(1, Math.Abs(mean)));
            double moved = 0.9 + (0.1 * variance * count / (count - 1));
            Assert.AreEqual(moved, result["0 bn.running_var"][c], 1e-4 * moved, $"variance of channel {c}");

            double product = 0;
            for (int i = 0; i < count; i++) product += slopes[i] * (values[i] - mean) / deviation;
            double sum = slopes.Sum();
            for (int i = 0; i < count; i++)
            {
                double normalised = (values[i] - mean) / deviation;
                Close(normalised, result["output"][(i * channels) + c], tolerance * Math.Max(1, Math.Abs(normalised)), "output");
                double slope = (slopes[i] - (sum / count) - (normalised * product / count)) / deviation;
                Close(slope, result["input gradient"][(i * channels) + c], tolerance / deviation, "gradient");
            }
        }
    }

    private static void Close(double expected, double actual, double tolerance, string what)
    {
        if (!(Math.Abs(expected - actual) <= tolerance))
            Assert.Fail($"{what}: {actual} for {expected}, which may differ by {tolerance}.");
    }

    /// <summary>A stem of the identity, so that z is what comes in, whatever its sign.</summary>
    private static Dictionary<string, float[]> Run(float[] z, int threads)
    {
        RandomStream random = new(1, RandomPurpose.Weights);
        using StemConv stem = new(Shape[3], Shape[3], stride: 1, relu: false, ("conv", "bn"), ref random);
        float[] kernel = new float[Shape[3] * Shape[3] * 9];
        for (int c = 0; c < Shape[3]; c++) kernel[(((c * Shape[3]) + c) * 9) + 4] = 1;
        Set(stem.Kernel, kernel);
        return new StageRun(new ChainBody(stem), stem) { Threads = threads }.ByKernels(z, Shape);
    }

    private static unsafe void Set(Weight weight, float[] values) =>
        values.CopyTo(new Span<float>(KernelContext.Pointer(weight.Value), values.Length));

    private static float[] Values(double mean, double deviation)
    {
        Random random = new(1);
        return
        [
            .. Enumerable.Range(0, Shape.Aggregate(1, (a, b) => a * b))
                .Select(_ => (float)(mean + (deviation * Math.Sqrt(12) * (random.NextDouble() - 0.5)))),
        ];
    }
}
