using static SswpNas.MLNet.Onnx.OnnxGraph;

namespace SswpNas.MLNet.Onnx;

/// <summary>When the graph names a class: otherwise the class's index is -1, which becomes a missing label.</summary>
/// <param name="LeastProbability">What the highest probability has to reach.</param>
/// <param name="Means">The mean directions of the classes' features, [classes][features]; null where they are not asked.</param>
/// <param name="LeastSimilarity">What the cosine of an image's features with one of them has to reach.</param>
internal sealed record ClassAcceptance(float LeastProbability, float[][]? Means, float LeastSimilarity)
{
    /// <summary>The index, [N, 1], or -1.</summary>
    public string Apply(OnnxGraph graph, string probabilities, string features, string index)
    {
        string rejected = Below(graph, probabilities, ExportedModel.LeastProbability, LeastProbability);
        if (Means is not null) rejected = graph.Node("Or", [rejected, Below(graph, Similarities(graph, features), "least_similarity", LeastSimilarity)]);
        return graph.Node("Where", [rejected, graph.Integers("no_class", -1), index]);
    }

    private string Similarities(OnnxGraph graph, string features)
    {
        long classes = Means!.Length, size = Means[0].Length;
        string means = graph.Floats(
            "class_means", [size, classes], () => [.. Enumerable.Range(0, (int)size).SelectMany(f => Means.Select(mean => mean[f]))]);
        string direction = graph.Node("LpNormalization", [features], Attribute("axis", 1), Attribute("p", 2));
        return graph.Node("MatMul", [direction, means]);
    }

    private static string Below(OnnxGraph graph, string values, string name, float bound)
    {
        string highest = graph.Node("ReduceMax", [values], Attribute("axes", 1L), Attribute("keepdims", 1));
        return graph.Node("Less", [highest, graph.Floats(name, [1], () => [bound])]);
    }
}
