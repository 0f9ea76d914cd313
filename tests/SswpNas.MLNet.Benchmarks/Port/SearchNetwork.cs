using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SswpNas.MLNet.Benchmarks.Port;

/// <summary>The supernet of the published code with its projection head, for images of three channels.</summary>
internal sealed class SearchNetwork : Module<Tensor, Tensor>
{
    private readonly Sequential stem;
    private readonly ModuleList<Cell> cells;
    private readonly AdaptiveAvgPool2d pool;
    private readonly Sequential classifier;

    public SearchNetwork(int channels, int depth)
        : base(nameof(SearchNetwork))
    {
        int current = 3 * channels;
        stem = Sequential(Conv2d(3, current, 3, padding: 1, bias: false), Operations.Norm(current, affine: true));
        (int beforePrevious, int previous) = (current, current);
        current = channels;
        bool followsReduction = false;
        List<Cell> all = [];
        for (int i = 0; i < depth; i++)
        {
            bool reduction = i == depth / 3 || i == 2 * depth / 3;
            if (reduction) current *= 2;
            all.Add(new Cell(beforePrevious, previous, current, reduction, followsReduction));
            (beforePrevious, previous, followsReduction) = (previous, 4 * current, reduction);
        }

        cells = ModuleList(all.ToArray());
        pool = AdaptiveAvgPool2d(1);
        classifier = Sequential(Linear(previous, previous), ReLU(), Linear(previous, 128));
        RegisterComponents();
        Edges = [.. cells.SelectMany(c => c.Edges)];
        Weights = [.. named_parameters().Where(p => !IsArchitecture(p.name)).Select(p => p.parameter)];
    }

    /// <summary>All edges, cell by cell.</summary>
    public IReadOnlyList<MixedEdge> Edges { get; }

    /// <summary>All parameters but alphas and gates.</summary>
    public IReadOnlyList<Parameter> Weights { get; }

    /// <summary>Projections of images, [images, 128].</summary>
    public override Tensor forward(Tensor input)
    {
        Tensor beforePrevious = stem.call(input), previous = beforePrevious.alias();
        foreach (Cell cell in cells)
        {
            Tensor output = cell.call(beforePrevious, previous);
            beforePrevious.Dispose();
            (beforePrevious, previous) = (previous, output);
        }

        using Tensor pooled = pool.call(previous);
        beforePrevious.Dispose();
        previous.Dispose();
        using Tensor features = pooled.flatten(1);
        return classifier.call(features);
    }

    private static bool IsArchitecture(string name) =>
        name.EndsWith("alpha", StringComparison.Ordinal) || name.EndsWith("binary_gates", StringComparison.Ordinal);
}
