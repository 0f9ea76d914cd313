using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet.Benchmarks.Figures;

/// <summary>Runs a part of a network for nothing but the list of its stages.</summary>
internal sealed class StageCollector : ITrainingExecution<string>
{
    public List<Stage> Stages { get; } = [];

    public string Run(string x, IReadOnlyList<Stage> stages)
    {
        Stages.AddRange(stages);
        return x;
    }

    public string Sum(IReadOnlyList<ActiveEdge<string>> edges) => "sum";

    public string GatedSum(IReadOnlyList<ActiveEdge<string>> edges, IReadOnlyList<Gate> gates) => Sum(edges);

    public string CornerPool(string x) => x;

    public string Concat(IReadOnlyList<string> parts) => "parts";

    public string GlobalAveragePool(string x) => x;

    public void Release(string x)
    {
    }
}
