using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Training.Engines;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Kernels;

/// <summary>Our kernels' gradients against what the loss does when the weights are moved a little, without libtorch.</summary>
[TestClass]
public sealed class FiniteDifferenceTests
{
    private const int Images = 16;
    private const int Channels = 4;
    private const float Step = 5e-4f;

    private static readonly ImageShape Shape = new(Channels, 8, 8);

    [TestMethod]
    [DynamicData(nameof(EveryCandidate.AtBothStrides), typeof(EveryCandidate))]
    public void AGradientIsTheSlopeOfTheLoss(CellOperation kind, int stride)
    {
        RandomStream random = new(3, RandomPurpose.Weights);
        using Candidate candidate = Candidate.Create(kind, Channels, stride, affine: true, ref random);
        using ConvBn entry = new(Channels, Channels, null, affine: true, firstName: 1, ref random);
        CandidateBody body = new(candidate, entry);
        IReadOnlyList<Weight> weights = [.. NamedTensors.Weights(candidate), .. NamedTensors.Weights(entry)];
        using NetworkEngine engine = NetworkEngine.Create(CPU, threads: 2, managedKernels: true);
        using ImageBatch batch = new(Images, Shape);
        foreach (ref float pixel in batch.Pixels) pixel = (float)random.NextDouble(-2, 2);
        engine.Step(body, weights, new SumOfSquares(), batch, Pass.WeightStep);

        int clear = 0;
        for (int w = 0; w < weights.Count; w++)
        {
            if (!weights[w].HasGradient) continue;
            float[] gradient = weights[w].Gradient!.data<float>().ToArray();
            float[] direction = Direction(gradient, ref random);
            double slope = 0;
            for (int i = 0; i < direction.Length; i++) slope += (double)gradient[i] * direction[i];

            double ahead = LossAt(engine, body, batch, weights[w], direction, Step);
            double behind = LossAt(engine, body, batch, weights[w], direction, -Step);

            double measured = (ahead - behind) / (2 * Step);
            // A ReLU that the move takes across zero has no slope to be compared with: hence the first part.
            Assert.AreEqual(measured, slope, 0.04 + (0.03 * Math.Abs(measured)), $"{kind}, weight {w}");
            if (Math.Abs(measured) > 0.1) clear++;
        }

        Assert.IsGreaterThanOrEqualTo(1, clear, "A slope is large against the tolerance.");
    }

    /// <summary>
    /// Each number moves with its gradient's sign or, one in four, against it: the slope is large against the error of single
    /// precision, and a number whose gradient is wrong still shows.
    /// </summary>
    private static float[] Direction(float[] gradient, ref RandomStream random)
    {
        float[] direction = new float[gradient.Length];
        for (int i = 0; i < direction.Length; i++)
        {
            float size = (float)random.NextDouble(0.5, 1.5) / MathF.Sqrt(direction.Length);
            direction[i] = random.NextBool(0.25) ? -MathF.CopySign(size, gradient[i]) : MathF.CopySign(size, gradient[i]);
        }

        return direction;
    }

    private static double LossAt(NetworkEngine engine, CandidateBody body, ImageBatch batch, Weight weight, float[] direction, float step)
    {
        float[] before = weight.Value.data<float>().ToArray();
        Set(weight, [.. before.Zip(direction, (w, d) => w + (step * d))]);
        using Tensor features = engine.Forward(body, batch, Pass.BatchStatistics);
        double loss = SumOfSquares.Of(features.data<float>().ToArray());
        Set(weight, before);
        return loss;
    }

    private static void Set(Weight weight, float[] values)
    {
        using IDisposable noGrad = no_grad();
        using Tensor value = tensor(values, weight.Value.shape);
        weight.Value.copy_(value);
    }
}
