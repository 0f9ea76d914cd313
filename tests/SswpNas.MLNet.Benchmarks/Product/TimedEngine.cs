using System.Diagnostics;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Training.Engines;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Benchmarks.Product;

/// <summary>The product's engine with a look at the clock around each step.</summary>
internal sealed class TimedEngine(NetworkEngine engine) : NetworkEngine
{
    /// <summary>Seconds in the network and its head, forward and back, in weight steps since <see cref="Reset"/>.</summary>
    public double WeightSteps { get; private set; }

    /// <summary>The same in architecture steps.</summary>
    public double ArchitectureSteps { get; private set; }

    public override Device Device => engine.Device;

    public override bool IsAsynchronous => engine.IsAsynchronous;

    public void Reset() => (WeightSteps, ArchitectureSteps) = (0, 0);

    public override LossValue ForwardBackward(
        INetworkBody body, IReadOnlyList<Weight> bodyWeights, ILossHead head, ImageBatch batch, Pass pass)
    {
        long start = Stopwatch.GetTimestamp();
        LossValue loss = engine.ForwardBackward(body, bodyWeights, head, batch, pass);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (pass.WeightGradients) WeightSteps += seconds;
        else ArchitectureSteps += seconds;
        return loss;
    }

    public override Tensor Forward(INetworkBody body, ImageBatch batch, Pass pass) => engine.Forward(body, batch, pass);

    public override void Dispose() => engine.Dispose();
}
