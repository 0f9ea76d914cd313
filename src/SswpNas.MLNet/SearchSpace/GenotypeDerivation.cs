namespace SswpNas.MLNet.SearchSpace;

/// <summary>
/// From alphas to a genotype: for each node the two edges whose best operation has the highest probability (as in
/// DARTS), with at most two skips and two pools a cell ("restrict"): the weakest surplus ones give way to the best
/// parameterised choice that the node has left.
/// </summary>
internal static class GenotypeDerivation
{
    public const int MostSkips = 2, MostPools = 2;

    private readonly record struct Choice(int Node, int Input, CellOperation Operation, double Probability)
    {
        public int Edge => CellTopology.EdgeIndex(Node, Input);
    }

    /// <summary>Derives one cell from its alphas, [14][7].</summary>
    public static CellGenotype Derive(float[][] alphas, bool restrict)
    {
        double[][] probabilities = [.. alphas.Select(Softmax.Of)];
        Choice[] chosen = [.. Enumerable.Range(0, CellTopology.IntermediateNodes).SelectMany(n => BestTwo(probabilities, n))];
        if (restrict)
        {
            Limit(chosen, probabilities, op => op == CellOperation.SkipConnect, MostSkips);
            Limit(chosen, probabilities, op => op.IsPool(), MostPools);
        }

        return new CellGenotype(chosen.Select(c => new GenotypeEdge(c.Operation, c.Input)));
    }

    private static IEnumerable<Choice> BestTwo(double[][] probabilities, int node) =>
        Enumerable.Range(0, CellTopology.InputsOf(node))
            .Select(input => Best(probabilities, node, input, _ => true))
            .OrderByDescending(choice => choice.Probability)
            .Take(CellTopology.EdgesKeptPerNode);

    private static Choice Best(double[][] probabilities, int node, int input, Func<CellOperation, bool> allowed)
    {
        double[] p = probabilities[CellTopology.EdgeIndex(node, input)];
        int best = Enumerable.Range(0, p.Length).Where(k => allowed((CellOperation)k)).MaxBy(k => p[k]);
        return new Choice(node, input, (CellOperation)best, p[best]);
    }

    /// <summary>The weakest gives way first: it matters where both edges of a node do.</summary>
    private static void Limit(Choice[] chosen, double[][] probabilities, Func<CellOperation, bool> counts, int allowed)
    {
        int[] surplus = [.. Enumerable.Range(0, chosen.Length)
            .Where(i => counts(chosen[i].Operation))
            .OrderByDescending(i => chosen[i].Probability)
            .Skip(allowed)
            .Reverse()];
        foreach (int i in surplus)
        {
            int node = chosen[i].Node;
            int other = chosen[i ^ 1].Input;
            chosen[i] = Enumerable.Range(0, CellTopology.InputsOf(node))
                .Where(input => input != other)
                .Select(input => Best(probabilities, node, input, CellOperations.IsParameterised))
                .MaxBy(choice => choice.Probability);
        }
    }
}
