namespace SswpNas.MLNet.SearchSpace;

/// <summary>
/// The weights that the search trained along with the architecture (section 3.2): the kept operations of the supernet,
/// handed to the derived network.
/// </summary>
internal static class ConcomitantWeights
{
    /// <summary>Copies stem, preprocessings and kept operations; the classifier stays as it is.</summary>
    public static void Transfer(Supernet from, DerivedNetwork to)
    {
        NamedTensors.Copy(from.Stem, to.Stem);
        for (int i = 0; i < to.Cells.Length; i++)
        {
            SuperCell source = from.Cells[i];
            DerivedCell target = to.Cells[i];
            NamedTensors.Copy(source.Inputs, target.Inputs);
            for (int k = 0; k < target.Operations.Length; k++)
            {
                GenotypeEdge edge = to.Genotype.Cells[i].Edges[k];
                int number = CellTopology.EdgeIndex(k / CellTopology.EdgesKeptPerNode, edge.Input);
                NamedTensors.Copy(source.Candidates[number][(int)edge.Operation], target.Operations[k]);
            }
        }
    }
}
