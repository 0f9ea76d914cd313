using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Tensors;
using SswpNas.MLNet.Training;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Training;

/// <summary>What holds for both optimisers, by numbers on the CPU and by tensors as on a device.</summary>
[TestClass]
public sealed class WeightOptimizerTests
{
    private const double Rate = 0.01;

    /// <summary>Steps with clipping, a weight that rests now and then, and gradients that are no numbers.</summary>
    [TestMethod]
    [DoNotParallelize]
    [DataRow(OptimizerKind.Sgd)]
    [DataRow(OptimizerKind.Adam)]
    public void TensorsDoWhatNumbersDo(OptimizerKind kind)
    {
        using Weight number1 = New(1), number2 = New(2), tensor1 = New(1), tensor2 = New(2);
        using WeightOptimizer byNumbers = Of(kind, asynchronous: false, number1, number2);
        using WeightOptimizer byTensors = Of(kind, asynchronous: true, tensor1, tensor2);
        long waits = HostSync.Count;
        for (int step = 0; step < 8; step++)
        {
            float scale = step == 3 ? float.NaN : step == 0 ? float.PositiveInfinity : 10 * step;
            foreach (Weight weight in new[] { number1, number2, tensor1, tensor2 }) Gradient(weight, step, scale);
            (number2.HasGradient, tensor2.HasGradient) = (step % 2 == 0, step % 2 == 0);
            byNumbers.Step(Rate);
            byTensors.Step(Rate);
        }

        Assert.AreEqual(waits, HostSync.Count, "an optimiser's step must not wait for the device");
        byTensors.Fetch();
        Assert.AreEqual(waits + 1, HostSync.Count);
        Assert.AreEqual((2, 2), (byNumbers.Skipped, byTensors.Skipped));
        Assert.AreEqual((number1.Steps, number2.Steps), (tensor1.Steps, tensor2.Steps));
        foreach ((Weight expected, Weight actual) in new[] { (number1, tensor1), (number2, tensor2) })
        {
            AreClose(expected.Value, actual.Value);
            AreClose(expected.Momentum!, actual.Momentum!);
            if (kind == OptimizerKind.Adam) AreClose(expected.SecondMoment!, actual.SecondMoment!);
        }
    }

    [TestMethod]
    [DataRow(OptimizerKind.Sgd, false)]
    [DataRow(OptimizerKind.Sgd, true)]
    [DataRow(OptimizerKind.Adam, false)]
    [DataRow(OptimizerKind.Adam, true)]
    public void AGradientWithoutAFiniteNormMovesNothing(OptimizerKind kind, bool asynchronous)
    {
        using Weight weight = New(1), other = New(2);
        using WeightOptimizer optimizer = Of(kind, asynchronous, weight, other);
        Gradient(weight, 0, 1);
        Gradient(other, 0, 1);
        optimizer.Step(Rate);
        optimizer.Fetch();
        float[][] before = State(weight, other);
        (int, int) steps = (weight.Steps, other.Steps);
        Gradient(other, 1, float.NaN);

        optimizer.Step(Rate);
        optimizer.Fetch();

        float[][] after = State(weight, other);
        for (int i = 0; i < before.Length; i++) CollectionAssert.AreEqual(before[i], after[i]);
        Assert.AreEqual(steps, (weight.Steps, other.Steps));
        Assert.AreEqual(1, optimizer.Skipped);
    }

    [TestMethod]
    public void CountedStepsGoOnWhereAWeightIs()
    {
        using Weight expected = New(1), actual = New(1);
        using WeightOptimizer whole = Of(OptimizerKind.Adam, asynchronous: false, expected);
        for (int step = 0; step < 6; step++)
        {
            // A second optimiser takes the weight over with its moments and steps, as a taken up run does.
            using WeightOptimizer part = Of(OptimizerKind.Adam, asynchronous: step % 2 == 0, actual);
            Gradient(expected, step, 1);
            Gradient(actual, step, 1);
            whole.Step(Rate);
            part.Step(Rate);
            part.Fetch();
        }

        Assert.AreEqual(6, actual.Steps);
        AreClose(expected.Value, actual.Value);
    }

    private static WeightOptimizer Of(OptimizerKind kind, bool asynchronous, params Weight[] weights) =>
        WeightOptimizer.Of(kind, weights, 0.9, 0.99, 0.05, clip: 5, asynchronous);

    private static Weight New(int seed) => new(linspace(-seed, seed, 20));

    private static void Gradient(Weight weight, int step, float scale)
    {
        float[] gradient = [.. Enumerable.Range(0, 20).Select(i => MathF.Sin(step + (i / 7f)))];
        gradient[step] *= scale;
        using Tensor source = tensor(gradient);
        weight.EnsureGradient().copy_(source);
        weight.HasGradient = true;
    }

    private static float[][] State(params Weight[] weights) =>
    [
        .. weights.SelectMany(w => new[] { w.Value, w.Momentum, w.SecondMoment }).OfType<Tensor>()
            .Select(t => t.data<float>().ToArray()),
    ];

    private static void AreClose(Tensor expected, Tensor actual)
    {
        float[] a = expected.data<float>().ToArray(), b = actual.data<float>().ToArray();
        for (int i = 0; i < a.Length; i++) Assert.AreEqual(a[i], b[i], 1e-6f + (1e-5f * MathF.Abs(a[i])));
    }
}
