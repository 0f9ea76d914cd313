namespace SswpNas.MLNet.SearchSpace;

/// <summary>
/// One candidate operation of an edge: a chain of stages; the identity has none. Everything that is particular to an
/// operation of the search space is said here, once.
/// </summary>
internal sealed class Candidate : Layer
{
    private Candidate(CellOperation kind, params IReadOnlyList<Stage> stages)
    {
        Kind = kind;
        Stages = stages;
    }

    public CellOperation Kind { get; }

    public IReadOnlyList<Stage> Stages { get; }

    /// <summary>Whether the output is the input itself.</summary>
    public bool IsIdentity => Stages.Count == 0;

    public static Candidate Create(CellOperation kind, int channels, int stride, bool affine, ref RandomStream random) =>
        kind switch
        {
            CellOperation.SkipConnect when stride == 1 => new(kind),
            CellOperation.SkipConnect => new(kind, new FactorisedReduction(channels, channels, affine, ref random)),
            CellOperation.MaxPool3x3 => new(kind, new PoolBn(max: true, channels, stride)),
            CellOperation.AvgPool3x3 => new(kind, new PoolBn(max: false, channels, stride)),
            CellOperation.SepConv3x3 => Separable(kind, channels, 3, stride, affine, ref random),
            CellOperation.SepConv5x5 => Separable(kind, channels, 5, stride, affine, ref random),
            CellOperation.DilConv3x3 => Dilated(kind, channels, 3, stride, affine, ref random),
            CellOperation.DilConv5x5 => Dilated(kind, channels, 5, stride, affine, ref random),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "One of the seven operations was expected."),
        };

    public override void Visit(string prefix, Action<string, LayerTensor> visit)
    {
        foreach (Stage stage in Stages) stage.Visit(prefix, visit);
    }

    private static Candidate Separable(CellOperation kind, int c, int kernel, int stride, bool affine, ref RandomStream random)
    {
        ConvBn first = new(c, c, (kernel, stride, 1), affine, firstName: 1, ref random);
        ConvBn second = new(c, c, (kernel, 1, 1), affine, firstName: 5, ref random);
        return new(kind, first, second);
    }

    private static Candidate Dilated(CellOperation kind, int c, int kernel, int stride, bool affine, ref RandomStream random) =>
        new(kind, new ConvBn(c, c, (kernel, stride, 2), affine, firstName: 1, ref random));
}
