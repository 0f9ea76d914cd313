namespace SswpNas.MLNet.SearchSpace;

/// <summary>What is between images and features in a pass.</summary>
internal interface INetworkBody
{
    T Forward<T>(ITrainingExecution<T> run, T images)
        where T : class;
}

/// <summary>A supernet along the paths of a step.</summary>
internal sealed class PathBody(Supernet supernet, IReadOnlyList<CellPath> paths) : INetworkBody
{
    public T Forward<T>(ITrainingExecution<T> run, T images)
        where T : class => supernet.Forward(run, images, paths);
}

/// <summary>A derived network.</summary>
internal sealed class DerivedBody(DerivedNetwork network) : INetworkBody
{
    public T Forward<T>(ITrainingExecution<T> run, T images)
        where T : class => network.Forward(run, images);
}

/// <summary>A derived network whose head has an auxiliary one beside it.</summary>
internal sealed class AuxiliaryBody(DerivedNetwork network) : INetworkBody
{
    public T Forward<T>(ITrainingExecution<T> run, T images)
        where T : class => network.ForwardWithAuxiliary(run, images);
}
