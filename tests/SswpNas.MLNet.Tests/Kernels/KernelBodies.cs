using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Training.Engines;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Kernels;

/// <summary>A preprocessing before one candidate, so that its input's gradient counts.</summary>
internal sealed class CandidateBody(Candidate candidate, ConvBn entry) : INetworkBody
{
    public T Forward<T>(ITrainingExecution<T> run, T images)
        where T : class
    {
        T x = run.Run(images, [entry]);
        T y = run.Sum([new ActiveEdge<T>(x, candidate)]);
        return run.GlobalAveragePool(y);
    }
}

/// <summary>A loss whose gradient is different in every feature: half the square, and a slope from -1 to 1.</summary>
internal sealed class SumOfSquares : ILossHead
{
    public IReadOnlyList<Weight> Weights => [];

    public Tensor Loss(Tensor features, ImageBatch batch, WeightGradients? gradients)
    {
        using Tensor direction = linspace(-1, 1, features.numel()).reshape(features.shape);
        return (features * features * 0.5 + features * direction).sum();
    }

    /// <summary>The same, in double precision.</summary>
    public static double Of(ReadOnlySpan<float> features)
    {
        double sum = 0;
        for (int i = 0; i < features.Length; i++)
        {
            double slope = -1 + (2.0 * i / (features.Length - 1));
            sum += (0.5 * features[i] * features[i]) + (slope * features[i]);
        }

        return sum;
    }
}
