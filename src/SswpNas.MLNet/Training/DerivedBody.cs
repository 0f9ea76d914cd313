using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet.Training;

/// <summary>A derived network as the body of a step.</summary>
internal sealed class DerivedBody(DerivedNetwork network) : INetworkBody
{
    public T Forward<T>(IExecution<T> run, T images)
        where T : class => network.Forward(run, images);
}
