namespace SswpNas.MLNet.Search;

/// <summary>What <see cref="AlphaOptimizer"/> remembers between steps.</summary>
internal sealed record AlphaOptimizerState(long Step, float[] First, float[] Second);

/// <summary>Adam on the alphas, [cells][14][7], with bias correction as in PyTorch and no weight decay (table 5).</summary>
internal sealed class AlphaOptimizer
{
    private const double Epsilon = 1e-8;
    private const int PerCell = CellTopology.Edges * CellOperations.Count;

    private readonly double _learningRate;
    private readonly double _beta1;
    private readonly double _beta2;
    private float[] _first;
    private float[] _second;
    private long _step;

    public AlphaOptimizer(int cells, double learningRate, double beta1, double beta2)
    {
        (_learningRate, _beta1, _beta2) = (learningRate, beta1, beta2);
        _first = new float[cells * PerCell];
        _second = new float[cells * PerCell];
    }

    /// <summary>How many alphas there are: 98 a cell.</summary>
    public int Count => _first.Length;

    /// <summary>A copy to save, or one that was saved.</summary>
    public AlphaOptimizerState State
    {
        get => new(_step, [.. _first], [.. _second]);
        set
        {
            if (value.First.Length != Count || value.Second.Length != Count)
            {
                throw new ArgumentException(
                    $"The saved state is of {value.First.Length} and {value.Second.Length} alphas; {Count} were expected.",
                    nameof(value));
            }

            (_step, _first, _second) = (value.Step, [.. value.First], [.. value.Second]);
        }
    }

    /// <summary>One step; alphas of frozen cells and their moments stay.</summary>
    public void Step(float[][][] alphas, double[][][] gradients, ReadOnlySpan<bool> frozen)
    {
        _step++;
        for (int cell = 0; cell < alphas.Length; cell++)
        {
            if (frozen[cell]) continue;
            for (int edge = 0; edge < CellTopology.Edges; edge++)
            {
                int at = (cell * PerCell) + (edge * CellOperations.Count);
                Update(alphas[cell][edge], gradients[cell][edge], at);
            }
        }
    }

    private void Update(float[] alpha, double[] gradient, int at)
    {
        double correction1 = 1 - Math.Pow(_beta1, _step);
        double correction2 = Math.Sqrt(1 - Math.Pow(_beta2, _step));
        for (int k = 0; k < alpha.Length; k++)
        {
            double g = gradient[k];
            double first = (_beta1 * _first[at + k]) + ((1 - _beta1) * g);
            double second = (_beta2 * _second[at + k]) + ((1 - _beta2) * g * g);
            (_first[at + k], _second[at + k]) = ((float)first, (float)second);
            double step = _learningRate / correction1 * first / ((Math.Sqrt(second) / correction2) + Epsilon);
            alpha[k] = (float)(alpha[k] - step);
        }
    }
}
