namespace SswpNas.MLNet.SearchSpace;

/// <summary>Architectures of the search space drawn at random, and small changes of one.</summary>
/// <param name="limitSkipsAndPools">Whether a cell has at most two skips and two pools, as derived ones.</param>
internal sealed class RandomGenotypes(bool limitSkipsAndPools)
{
    /// <summary>Every cell on its own: two inputs a node and their operations, all alike likely.</summary>
    public Genotype Draw(int cells, ref RandomStream random)
    {
        CellGenotype[] drawn = new CellGenotype[cells];
        for (int cell = 0; cell < cells; cell++)
        {
            do drawn[cell] = DrawCell(ref random);
            while (!IsAllowed(drawn[cell]));
        }

        return new Genotype(drawn);
    }

    /// <summary>The same but for one edge, which has another operation or another input.</summary>
    public Genotype Mutate(Genotype genotype, ref RandomStream random)
    {
        while (true)
        {
            int cell = random.NextInt(genotype.Cells.Count), edge = random.NextInt(genotype.Cells[cell].Edges.Count);
            GenotypeEdge[] edges = [.. genotype.Cells[cell].Edges];
            int node = edge / CellTopology.EdgesKeptPerNode, other = edges[edge ^ 1].Input;
            if (CellTopology.InputsOf(node) > CellTopology.EdgesKeptPerNode && random.NextBool(0.5))
                edges[edge] = edges[edge] with { Input = OtherInput(node, edges[edge].Input, other, ref random) };
            else
                edges[edge] = edges[edge] with { Operation = OtherOperation(edges[edge].Operation, ref random) };
            CellGenotype changed = new(InOrder(edges));
            if (IsAllowed(changed)) return new Genotype(genotype.Cells.Select((c, i) => i == cell ? changed : c));
        }
    }

    private bool IsAllowed(CellGenotype cell) => !limitSkipsAndPools
        || (cell.Skips <= GenotypeDerivation.MostSkips && cell.Pools <= GenotypeDerivation.MostPools);

    private static CellGenotype DrawCell(ref RandomStream random)
    {
        GenotypeEdge[] edges = new GenotypeEdge[CellTopology.IntermediateNodes * CellTopology.EdgesKeptPerNode];
        for (int node = 0; node < CellTopology.IntermediateNodes; node++)
        {
            int first = random.NextInt(CellTopology.InputsOf(node)), second = random.NextInt(CellTopology.InputsOf(node) - 1);
            if (second >= first) second++;
            edges[2 * node] = new GenotypeEdge((CellOperation)random.NextInt(CellOperations.Count), Math.Min(first, second));
            edges[(2 * node) + 1] = new GenotypeEdge((CellOperation)random.NextInt(CellOperations.Count), Math.Max(first, second));
        }

        return new CellGenotype(edges);
    }

    private static int OtherInput(int node, int now, int taken, ref RandomStream random)
    {
        int[] free = [.. Enumerable.Range(0, CellTopology.InputsOf(node)).Where(input => input != now && input != taken)];
        return free[random.NextInt(free.Length)];
    }

    private static CellOperation OtherOperation(CellOperation now, ref RandomStream random) =>
        (CellOperation)(((int)now + 1 + random.NextInt(CellOperations.Count - 1)) % CellOperations.Count);

    /// <summary>The edges of a node in the order of their inputs, so that equal cells look alike.</summary>
    private static IEnumerable<GenotypeEdge> InOrder(GenotypeEdge[] edges) =>
        edges.Chunk(CellTopology.EdgesKeptPerNode).SelectMany(node => node.OrderBy(edge => edge.Input));
}
