namespace SswpNas.MLNet.Search;

/// <summary>
/// The architecture parameters, [cells][14][7], and their training: after an architecture step each edge's gate gradients
/// become alpha gradients, Adam moves them, and (with two gates) the pair is shifted back so that the others'
/// probabilities stay.
/// </summary>
/// <param name="cells">How many cells there are.</param>
/// <param name="gates">How paths are drawn.</param>
/// <param name="adam">What moves the alphas.</param>
/// <param name="accumulates">Whether gate gradients add up from step to step (published code).</param>
internal sealed class Alphas(int cells, IPathBinarisation gates, AlphaOptimizer adam, bool accumulates = false)
{
    public float[][][] Values { get; } = Zeros<float>(cells);

    /// <summary>Gate gradients of all steps so far, where they add up; else null.</summary>
    public float[][][]? GateGradients { get; set; } = accumulates ? Zeros<float>(cells) : null;

    /// <summary>Whether none has moved yet.</summary>
    public bool AreZero => Values.All(cell => cell.All(edge => edge.All(alpha => alpha == 0)));

    /// <summary>How many alphas there are: 98 a cell.</summary>
    public int Count => adam.Count;

    /// <summary>What the optimiser remembers between steps.</summary>
    public AlphaOptimizerState OptimizerState
    {
        get => adam.State;
        set => adam.State = value;
    }

    /// <summary>Sets them to values that were saved.</summary>
    public void Set(float[][][] saved)
    {
        for (int cell = 0; cell < cells; cell++)
        {
            for (int e = 0; e < CellTopology.Edges; e++) saved[cell][e].CopyTo(Values[cell][e], 0);
        }
    }

    /// <summary>One step from the gate gradients that an architecture step left in its paths.</summary>
    /// <returns>False if a gradient is NaN or infinite; then nothing has changed.</returns>
    public bool Step(IReadOnlyList<CellPath> paths, ReadOnlySpan<bool> frozen)
    {
        double[][][] gradients = Zeros<double>(cells);
        float[][][] before = Copy();
        float[][][]? sums = GateGradients is null ? null : Copy(GateGradients);
        for (int cell = 0; cell < cells; cell++)
        {
            if (frozen[cell]) continue;
            for (int e = 0; e < CellTopology.Edges; e++)
            {
                gates.Gradient(Values[cell][e], Accumulated(sums?[cell][e], paths[cell].Edges[e]), gradients[cell][e]);
                if (!Array.TrueForAll(gradients[cell][e], double.IsFinite)) return false;
            }
        }

        GateGradients = sums;
        adam.Step(Values, gradients, frozen);
        for (int cell = 0; cell < cells; cell++)
        {
            if (frozen[cell]) continue;
            for (int e = 0; e < CellTopology.Edges; e++)
                gates.Rescale(before[cell][e], Values[cell][e], paths[cell].Edges[e]);
        }

        return true;
    }

    /// <summary>The path with the sums of its gates' gradients over all steps, where they add up.</summary>
    private static EdgePath Accumulated(float[]? sums, in EdgePath path)
    {
        if (sums is null) return path;
        foreach (int k in path.Others.Prepend(path.Active)) sums[k] += (float)path.Gates![k];
        return path with { Gates = Array.ConvertAll(sums, v => (double)v) };
    }

    public float[][][] Copy() => Copy(Values);

    /// <summary>
    /// Mean entropy of softmax(alpha) over each cell's edges, in nats; 0 for frozen cells, whose paths are fixed.
    /// </summary>
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

    private static float[][][] Copy(float[][][] values) => [.. values.Select(cell => cell.Select(edge => edge.ToArray()).ToArray())];

    private static T[][][] Zeros<T>(int cells) =>
        [.. Enumerable.Range(0, cells).Select(_ =>
            Enumerable.Range(0, CellTopology.Edges).Select(_ => new T[CellOperations.Count]).ToArray())];
}
