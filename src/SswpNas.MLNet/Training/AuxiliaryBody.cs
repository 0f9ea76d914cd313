using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet.Training;

/// <summary>A derived network as the body of a training step whose head has an auxiliary one beside it.</summary>
internal sealed class AuxiliaryBody(DerivedNetwork network) : INetworkBody
{
    public T Forward<T>(IExecution<T> run, T images)
        where T : class => network.ForwardWithAuxiliary(run, images);
}
