using SswpNas.MLNet.Sampling;
using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet.Search;

/// <summary>
/// The architecture parameters, [cells][14][7], and their training: after an architecture step each edge's gate gradients
/// become alpha gradients, Adam moves them, and (with two gates) the pair is shifted back so that the others'
/// probabilities stay.
/// </summary>
internal sealed class Alphas(int cells, IPathBinarisation gates, double learningRate, double beta1, double beta2)
{
    private readonly AlphaOptimizer _adam = new(cells, learningRate, beta1, beta2);

    public float[][][] Values { get; } = Zeros<float>(cells);

    /// <summary>One step from the gate gradients that an architecture step left in its paths.</summary>
    public void Step(IReadOnlyList<CellPath> paths, ReadOnlySpan<bool> frozen)
    {
        double[][][] gradients = Zeros<double>(cells);
        float[][][] before = Copy();
        for (int cell = 0; cell < cells; cell++)
        {
            if (frozen[cell]) continue;
            for (int e = 0; e < CellTopology.Edges; e++)
                gates.Gradient(Values[cell][e], paths[cell].Edges[e], gradients[cell][e]);
        }

        _adam.Step(Values, gradients, frozen);
        for (int cell = 0; cell < cells; cell++)
        {
            if (frozen[cell]) continue;
            for (int e = 0; e < CellTopology.Edges; e++)
                gates.Rescale(before[cell][e], Values[cell][e], paths[cell].Edges[e]);
        }
    }

    public float[][][] Copy() => [.. Values.Select(cell => cell.Select(edge => edge.ToArray()).ToArray())];

    /// <summary>Mean entropy of softmax(alpha) over each cell's edges, in nats; 0 for frozen cells, whose paths are fixed.</summary>
    public double[] CellEntropies(bool[] frozen) =>
        [.. Values.Select((cell, i) => frozen[i] ? 0 : cell.Average(edge => Softmax.Entropy(Softmax.Of(edge))))];

    /// <summary>Mean entropy of softmax(alpha) over the edges of cells that are not frozen, in nats; 0 if all are.</summary>
    public double Entropy(ReadOnlySpan<bool> frozen)
    {
        List<double> entropies = [];
        for (int cell = 0; cell < cells; cell++)
        {
            if (!frozen[cell]) entropies.AddRange(Values[cell].Select(edge => Softmax.Entropy(Softmax.Of(edge))));
        }

        return entropies.Count == 0 ? 0 : entropies.Average();
    }

    public Genotype Derive(bool restrict) => new(Values.Select(cell => GenotypeDerivation.Derive(cell, restrict)));

    private static T[][][] Zeros<T>(int cells) =>
        [.. Enumerable.Range(0, cells).Select(_ =>
            Enumerable.Range(0, CellTopology.Edges).Select(_ => new T[CellOperations.Count]).ToArray())];
}
