using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet.Benchmarks.Figures;

/// <summary>A chain of stages somewhere in the supernet.</summary>
/// <param name="Kind">The operation's name, "stem" or "preprocessing".</param>
/// <param name="Stages">The chain.</param>
/// <param name="Images">Images that it reads.</param>
/// <param name="Side">Their height and width.</param>
/// <param name="Channels">Their channels.</param>
/// <param name="Stride">1 or 2.</param>
/// <param name="Count">How often it runs in a weight step, in the mean.</param>
internal sealed record StageUse(
    string Kind, IReadOnlyList<Stage> Stages, int Images, int Side, int Channels, int Stride, double Count)
{
    private const double SkipDropout = 0.2;

    public bool IsStem => Kind == "stem";

    /// <summary>What tells uses of one kind apart.</summary>
    public (int Side, int Channels, int Outputs, int Stride) Shape => (Side, Channels, Outputs, Stride);

    private int Outputs => Stages[^1] switch
    {
        ConvBn s => s.Outputs,
        FactorisedReduction s => s.Norm.Channels,
        StemConv s => s.Norm.Channels,
        _ => Channels,
    };

    /// <summary>All chains with stages, alphas being equal: identities are in the nodes' sums.</summary>
    public static IEnumerable<StageUse> All(Supernet network, int images)
    {
        int side = network.Macro.Image.Height;
        IReadOnlyList<CellPlan> plan = network.Macro.Plan();
        yield return new StageUse("stem", StemStages(network), images, side, network.Macro.Image.Channels, 1, 1);
        for (int i = 0; i < plan.Count; i++)
        {
            CellPlan cell = plan[i];
            Stage[] inputs = Preprocessing(network.Cells[i].Inputs);
            int before = cell.FollowsReduction ? 2 * side : side;
            yield return new StageUse(
                "preprocessing", [inputs[0]], images, before, cell.BeforePrevious, before / side, 1);
            yield return new StageUse("preprocessing", [inputs[1]], images, side, cell.Previous, 1, 1);
            foreach (StageUse use in Edges(network.Cells[i], cell, images, side)) yield return use;
            if (cell.IsReduction) side /= 2;
        }
    }

    private static IEnumerable<StageUse> Edges(SuperCell cell, CellPlan plan, int images, int side)
    {
        for (int node = 0; node < CellTopology.IntermediateNodes; node++)
        {
            for (int input = 0; input < CellTopology.InputsOf(node); input++)
            {
                bool strided = plan.IsReduction && input < CellTopology.Inputs;
                int here = plan.IsReduction && !strided ? side / 2 : side;
                foreach (Candidate candidate in cell.Candidates[CellTopology.EdgeIndex(node, input)])
                {
                    if (candidate.IsIdentity) continue;
                    yield return new StageUse(
                        candidate.Kind.ToName(), candidate.Stages, images, here, plan.Channels, strided ? 2 : 1,
                        Probability(candidate.Kind));
                }
            }
        }
    }

    private static double Probability(CellOperation operation)
    {
        double uniform = 1.0 / CellOperations.Count;
        if (operation == CellOperation.SkipConnect) return uniform * (1 - SkipDropout);
        return operation.IsParameterised() ? uniform * (1 + (SkipDropout / 4)) : uniform;
    }

    private static Stage[] StemStages(Supernet network)
    {
        StageCollector run = new();
        network.Stem.Forward(run, "images");
        return [.. run.Stages];
    }

    private static Stage[] Preprocessing(CellInputs inputs)
    {
        StageCollector run = new();
        inputs.Forward(run, "before previous", "previous");
        return [.. run.Stages];
    }
}
