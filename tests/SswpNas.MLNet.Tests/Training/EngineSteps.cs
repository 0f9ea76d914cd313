using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Tests.Execution;
using SswpNas.MLNet.Training.Engines;
using SswpNas.MLNet.Training;
using TorchSharp;

namespace SswpNas.MLNet.Tests.Training;

/// <summary>Steps of the product on a small supernet: engine, gradients, optimiser.</summary>
internal sealed class EngineSteps : IDisposable
{
    private const int Images = 4;

    public EngineSteps(bool managedKernels, OptimizerKind optimizer = OptimizerKind.Sgd)
    {
        Engine = NetworkEngine.Create(torch.CPU, threads: 1, managedKernels);
        IReadOnlyList<Weight> weights = NamedTensors.Weights(Supernet);
        Optimizer = optimizer == OptimizerKind.Adam
            ? new AdamOptimizer(weights, beta1: 0.9, beta2: 0.99, weightDecay: 0.01, clip: 5)
            : new SgdOptimizer(weights, momentum: 0.9, weightDecay: 0.01, clip: 5);
    }

    public NetworkEngine Engine { get; }

    public Supernet Supernet { get; } = SmallSupernet.NewSupernet();

    public WeightOptimizer Optimizer { get; }

    public double WeightStep(IReadOnlyList<CellPath> paths, int images)
    {
        double loss = Step(paths, images, Pass.WeightStep);
        Optimizer.Step(0.05);
        return loss;
    }

    public double ArchitectureStep(IReadOnlyList<CellPath> paths, int images) => Step(paths, images, Pass.ArchitectureStep);

    public void Dispose()
    {
        Supernet.Dispose();
        Engine.Dispose();
    }

    private double Step(IReadOnlyList<CellPath> paths, int seed, Pass pass)
    {
        using ImageBatch batch = EngineCalls.RandomBatch(Images, SmallSupernet.Macro.Image, 1, seed);
        return Engine.Step(new PathBody(Supernet, paths), Optimizer.Weights, new PlainHead(), batch, pass);
    }

    private sealed class PlainHead : ILossHead
    {
        public IReadOnlyList<Weight> Weights => [];

        public torch.Tensor Loss(torch.Tensor features, ImageBatch batch, WeightGradients? gradients) =>
            SmallSupernet.Loss(features).to(torch.ScalarType.Float32);
    }
}
