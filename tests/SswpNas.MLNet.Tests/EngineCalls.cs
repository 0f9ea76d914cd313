using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Training;

namespace SswpNas.MLNet.Tests;

internal static class EngineCalls
{
    /// <summary>A step and its loss, waited for.</summary>
    public static double Step(
        this NetworkEngine engine, INetworkBody body, IReadOnlyList<Weight> bodyWeights, ILossHead head, StepKind kind)
    {
        using LossValue loss = engine.ForwardBackward(body, bodyWeights, head, kind);
        return loss.Fetch();
    }
}
