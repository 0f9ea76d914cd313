using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet.Training;

/// <summary>A supernet along the paths of a step as the body of that step.</summary>
internal sealed class PathBody(Supernet supernet, IReadOnlyList<CellPath> paths) : INetworkBody
{
    public T Forward<T>(IExecution<T> run, T images)
        where T : class => supernet.Forward(run, images, paths);
}
