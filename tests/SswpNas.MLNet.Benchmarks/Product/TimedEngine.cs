using System.Diagnostics;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Training;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Benchmarks.Product;

/// <summary>
/// The product's engine with a look at the clock around each call: images are rendered between the call for room and
/// the step.
/// </summary>
internal sealed class TimedEngine(NetworkEngine engine) : NetworkEngine
{
    private long _roomGiven;

    /// <summary>Seconds in which views were rendered since <see cref="Reset"/>.</summary>
    public double Views { get; private set; }

    /// <summary>Seconds in the network and its head, forward and back, in weight steps.</summary>
    public double WeightSteps { get; private set; }

    /// <summary>The same in architecture steps.</summary>
    public double ArchitectureSteps { get; private set; }

    public override Device Device => engine.Device;

    public override bool IsAsynchronous => engine.IsAsynchronous;

    public void Reset() => (Views, WeightSteps, ArchitectureSteps) = (0, 0, 0);

    public override Span<float> Images(int count, ImageShape shape)
    {
        Span<float> room = engine.Images(count, shape);
        _roomGiven = Stopwatch.GetTimestamp();
        return room;
    }

    /// <summary>Views that a device has computed are not waited for: their time is in that of the steps.</summary>
    public override void Show(Tensor images)
    {
        engine.Show(images);
        _roomGiven = Stopwatch.GetTimestamp();
    }

    public override LossValue ForwardBackward(INetworkBody body, IReadOnlyList<Weight> bodyWeights, ILossHead head, StepKind kind)
    {
        long start = Stopwatch.GetTimestamp();
        Views += Stopwatch.GetElapsedTime(_roomGiven, start).TotalSeconds;
        LossValue loss = engine.ForwardBackward(body, bodyWeights, head, kind);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (kind.TrainsWeights) WeightSteps += seconds;
        else ArchitectureSteps += seconds;
        return loss;
    }

    public override float[] Features(INetworkBody body) => engine.Features(body);

    public override Tensor BatchFeatures(INetworkBody body) => engine.BatchFeatures(body);

    public override void UpdateStatistics(INetworkBody body) => engine.UpdateStatistics(body);

    protected override void Free() => engine.Dispose();
}
