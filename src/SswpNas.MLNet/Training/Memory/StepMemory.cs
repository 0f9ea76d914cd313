namespace SswpNas.MLNet.Training.Memory;

/// <summary>A linear layer of a head.</summary>
/// <param name="Inputs">Numbers of an image that come in.</param>
/// <param name="Outputs">Numbers of an image that it gives.</param>
/// <param name="Copies">Numbers kept for each weight; see <see cref="StepMemory.CopiesOfWeights"/>.</param>
internal readonly record struct HeadLayer(long Inputs, long Outputs, int Copies)
{
    /// <summary>A double, so that no product of two options overflows.</summary>
    public double Numbers => ((double)Inputs * Outputs) + Outputs;
}

/// <summary>
/// The memory that a training step needs, before anything is allocated: the activations that the backward pass needs, in
/// units of a cell's output, every copy of the weights, and the heads. Supernets count the most that operations drawn evenly keep in many
/// steps; one that comes to prefer separable convolutions takes up to twice as much.
/// </summary>
internal sealed record StepMemory
{
    // Sizes of buffers are rounded up to eighths of a power of two.
    private const double Rounding = 1.07;

    // libtorch keeps the outputs of ReLU, depthwise, pointwise and batch norm where our kernels keep one of them.
    private const double LibtorchFactor = 2;

    // Beside everything that is counted: .NET's garbage between two collections, libtorch's own buffers.
    private const double Unnamed = 34 << 20;

    // Copies of the weights that no option names: packed for the products, parts of their gradients, those of the paths before.
    private const int MoreCopies = 3;

    // libtorch makes a head's gradient anew in each step, while the one before is held.
    private const int MoreGradients = 1;

    // What libtorch keeps of a projection, normalised and not, until its backward pass has ended, and their gradients.
    private const double HeadOutputs = 12, HeadOutputsOfLibtorch = 7;

    // Blocks up to so many bytes come from heaps that keep holes. Beside our kernels, which keep blocks of their own, that is so many
    // more of the outputs of every layer where they are large, and of the weights of the one that has most.
    private const double LargestOfHeap = 32 << 20, LargeOutputs = 2 << 20;
    private const int HolesOfOutputs = 5, HolesOfWeights = 3;

    // Parts in which the kernels sum a weight's gradient.
    private const int MostParts = 32;

    // Means over the seven candidates, in outputs: what is kept of the one that is active (and at stride 2, where a skip is a
    // convolution too), and of one whose gate alone is asked about.
    private const double MeanKept = 8.0 / 7, MeanKeptReduced = 9.0 / 7, MeanGate = 6.0 / 7;

    // The variances of the same, and how many standard deviations above the mean a run of many steps comes.
    private const double VarianceKept = 20.0 / 49, VarianceKeptReduced = 10.0 / 49, Deviations = 2.5;

    /// <summary>Stem, width, depth and images.</summary>
    public required MacroStructure Macro { get; init; }

    /// <summary>Images of a step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Processes that share a step's images.</summary>
    public int Ranks { get; init; } = 1;

    /// <summary>Views of an image that the network sees in a step.</summary>
    public int Views { get; init; } = 1;

    /// <summary>Views of images without a label that the network sees in a step beside them.</summary>
    public int UnlabelledViews { get; init; }

    /// <summary>The architecture; null for a supernet.</summary>
    public Genotype? Genotype { get; init; }

    /// <summary>Candidates beside the active one that an architecture step asks about; 0 where there is none.</summary>
    public int GatesPerEdge { get; init; }

    /// <summary>Numbers kept for each weight: itself, its gradient, momenta, a teacher's.</summary>
    public int CopiesOfWeights { get; init; } = 3;

    /// <summary>The layers between the network and the loss: they depend on its width.</summary>
    public Func<MacroStructure, IEnumerable<HeadLayer>> Heads { get; init; } = _ => [];

    /// <summary>What a teacher's features of all images take, in bytes, where their number is known before they are read.</summary>
    public double TeacherBytes { get; init; }

    /// <summary>Whether checkpoints are kept: what one saves is copied first.</summary>
    public bool KeepsCheckpoints { get; init; }

    /// <summary>Whether our own kernels compute.</summary>
    public bool ManagedKernels { get; init; } = true;

    /// <summary>
    /// Activations and <see cref="OtherBytes"/>; the largest number where they are more.
    /// </summary>
    public long Bytes => (long)(ActivationBytes + OtherBytes);

    /// <summary>Weights, heads, a teacher's features, the copy for a checkpoint, and what .NET and libtorch hold in any step.</summary>
    public double OtherBytes =>
        WeightBytes + ((double)WeightBytes / CopiesOfWeights * MoreCopies) + HeadBytes + TeacherBytes + CheckpointBytes + Unnamed;

    /// <summary>Weights of all heads in all copies, and what their forward and backward passes hold.</summary>
    public long HeadBytes => (long)(Heads(Macro).Sum(BytesOf) + Holes);

    /// <summary>The head's layer with the most weights; null without a head.</summary>
    public HeadLayer? LargestHead => Heads(Macro).Select(layer => (HeadLayer?)layer).MaxBy(layer => layer!.Value.Numbers);

    /// <summary>A checkpoint has all copies but the gradients.</summary>
    private double CheckpointBytes => KeepsCheckpoints
        ? ((double)WeightBytes / CopiesOfWeights * (CopiesOfWeights - 1))
            + Heads(Macro).Sum(layer => sizeof(float) * layer.Numbers * (layer.Copies - 1))
        : 0;

    /// <summary>Everything that the forward and backward passes hold.</summary>
    public long ActivationBytes
    {
        get
        {
            double held = RowsHere * (Pixels(Macro.Image.Height) * Macro.Image.Channels), variance = 0;
            int side = Macro.Image.Height, stage = -1, cellsOfStage = 0;
            held += 3 * StemOutputs(ref side);
            foreach ((CellPlan plan, int cell) in Macro.Plan().Select((plan, i) => (plan, i)))
            {
                int outSide = plan.IsReduction ? side / 2 : side;
                double before = RowsHere * Pixels(side) * plan.Channels, output = RowsHere * Pixels(outSide) * plan.Channels;
                held += (4 * before) + (8 * output) + (EdgesKept(plan, cell) * output);
                variance += VarianceOf(plan) * output * output;
                // Gradients are freed in the backward pass, but their memory serves only values of the same size.
                cellsOfStage = outSide == stage ? cellsOfStage + 1 : 1;
                if (cellsOfStage == 1) held += (2 * before) + (10 * output) + PartSums(plan, cell);
                if (cellsOfStage == 2) held += 4 * output;
                (side, stage) = (outSide, outSide);
            }

            held += Deviations * Math.Sqrt(variance);
            double pairs = Views == 1 ? 0 : 4.0 * Rows * Rows;
            return (long)(sizeof(float) * ((held * Rounding * (ManagedKernels ? 1 : LibtorchFactor)) + pairs));
        }
    }

    /// <summary>All copies of all weights.</summary>
    public long WeightBytes => (long)(sizeof(float) * CopiesOfWeights * Macro.Plan().Select(Weights).Sum());

    /// <summary>A weight, its gradient and its moments.</summary>
    public static int CopiesFor(OptimizerKind optimizer) => optimizer == OptimizerKind.Adam ? 4 : 3;

    private double Rows => ((double)BatchSize * Views) + UnlabelledViews;

    // A head sees the rows of all processes.
    private double RowsHere => Math.Ceiling(Rows / Ranks);

    private double Holes => !ManagedKernels ? 0
        : (HolesOfOutputs * Heads(Macro).Sum(layer => InHeap(OutputsOf(layer), LargeOutputs))) + (HolesOfWeights * InHeap(LargestHead?.Numbers ?? 0));

    private double OutputsOf(HeadLayer layer) => Rows * (layer.Outputs + layer.Inputs);

    private double BytesOf(HeadLayer layer) => sizeof(float)
        * ((layer.Numbers * (layer.Copies + MoreGradients)) + ((ManagedKernels ? HeadOutputs : HeadOutputsOfLibtorch) * OutputsOf(layer)));

    private static double InHeap(double numbers, double smallest = 0) =>
        sizeof(float) * numbers is double bytes && bytes >= smallest && bytes <= LargestOfHeap ? bytes : 0;

    private static double Pixels(int side) => (double)side * side;

    /// <summary>The stem's outputs; the side is halved as often as the stem does.</summary>
    private double StemOutputs(ref int side)
    {
        double outputs = 0;
        foreach ((int channels, int stride) in Macro.StemConvolutions)
        {
            side /= stride;
            outputs += RowsHere * Pixels(side) * channels;
        }

        return outputs;
    }

    /// <summary>How much what a cell's edges keep differs from step to step.</summary>
    private double VarianceOf(CellPlan plan) => Genotype is null ? SumOverEdges(plan, VarianceKept, VarianceKeptReduced) : 0;

    private double EdgesKept(CellPlan plan, int cell)
    {
        if (Genotype is not null) return Genotype.Cells[cell].Edges.Sum(edge => Kept(edge, plan));
        return SumOverEdges(plan, MeanKept, MeanKeptReduced) + (CellTopology.Edges * GatesPerEdge * MeanGate);
    }

    /// <summary>Of a supernet's cell: one number for an edge of stride 1, another for one of stride 2.</summary>
    private static double SumOverEdges(CellPlan plan, double usual, double reduced) =>
        Enumerable.Range(0, CellTopology.IntermediateNodes).Sum(node =>
            Enumerable.Range(0, CellTopology.InputsOf(node))
                .Sum(input => plan.IsReduction && input < CellTopology.Inputs ? reduced : usual));

    private static double Kept(GenotypeEdge edge, CellPlan plan) => edge.Operation switch
    {
        CellOperation.SkipConnect => plan.IsReduction && edge.Input < CellTopology.Inputs ? 1 : 0,
        CellOperation.MaxPool3x3 or CellOperation.AvgPool3x3 => 1,
        CellOperation.SepConv3x3 or CellOperation.SepConv5x5 => 2,
        _ => 1,
    };

    /// <summary>Partial sums of the weights' gradients of the stages that are worked on at once.</summary>
    private double PartSums(CellPlan plan, int cell)
    {
        if (!ManagedKernels) return 0;
        double convolutions = Genotype?.Cells[cell].Edges.Count(edge => edge.Operation.IsParameterised()) ?? 4.0 * 5 / 7;
        double numbers = convolutions * (((double)plan.Channels * plan.Channels) + (17.0 * plan.Channels));
        return Math.Min(MostParts, Rows) * numbers;
    }

    /// <summary>Of one cell: its preprocessings and its operations; batch norm is small.</summary>
    private double Weights(CellPlan plan, int cell)
    {
        double c = plan.Channels, square = c * c;
        double inputs = c * ((double)plan.BeforePrevious + plan.Previous);
        if (Genotype is null) return inputs + (CellTopology.Edges * ((6 * square) + (102 * c)));
        return inputs + Genotype.Cells[cell].Edges.Sum(edge => edge.Operation switch
        {
            CellOperation.SepConv3x3 => 2 * (square + (9 * c)),
            CellOperation.SepConv5x5 => 2 * (square + (25 * c)),
            CellOperation.DilConv3x3 => square + (9 * c),
            CellOperation.DilConv5x5 => square + (25 * c),
            _ => 0,
        });
    }
}
