namespace SswpNas.MLNet.SearchSpace;

/// <summary>The supernet (section 3.1): stem and cells of full width and depth, every edge with all candidates.</summary>
internal sealed class Supernet : Layer
{
    private readonly Stem _stem;

    public Supernet(MacroStructure macro, ref RandomStream random)
    {
        Macro = macro;
        _stem = new Stem(macro, ref random);
        Cells = new SuperCell[macro.Cells];
        IReadOnlyList<CellPlan> plan = macro.Plan();
        for (int i = 0; i < Cells.Length; i++) Cells[i] = new SuperCell(plan[i], ref random);
    }

    public MacroStructure Macro { get; }

    public Stem Stem => _stem;

    public SuperCell[] Cells { get; }

    /// <summary>Features of a batch, [images, <see cref="MacroStructure.Features"/>], along the given paths.</summary>
    public T Forward<T>(ITrainingExecution<T> run, T images, IReadOnlyList<CellPath> paths)
        where T : class =>
        CellChain.Forward(run, _stem, images, Cells.Length, (i, a, b) => Cells[i].Forward(run, a, b, paths[i]));

    public override void Visit(string prefix, Action<string, LayerTensor> visit)
    {
        _stem.Visit(prefix, visit);
        for (int i = 0; i < Cells.Length; i++) Cells[i].Visit($"{prefix}cells.{i}.", visit);
    }
}

/// <summary>A network of one fixed architecture: stem, derived cells, linear classifier.</summary>
internal sealed class DerivedNetwork : Layer
{
    private readonly Stem _stem;

    public DerivedNetwork(MacroStructure macro, Genotype genotype, int classes, ref RandomStream random)
    {
        if (genotype.Cells.Count != macro.Cells)
        {
            throw new ArgumentException(
                $"The genotype has {genotype.Cells.Count} cells, the network has {macro.Cells}: they have to be equal.",
                nameof(genotype));
        }

        Macro = macro;
        Genotype = genotype;
        _stem = new Stem(macro, ref random);
        Cells = new DerivedCell[macro.Cells];
        IReadOnlyList<CellPlan> plan = macro.Plan();
        for (int i = 0; i < Cells.Length; i++) Cells[i] = new DerivedCell(plan[i], genotype.Cells[i], ref random);
        if (classes > 0) Classifier = new LinearLayer(macro.Features, classes, ref random);
    }

    public MacroStructure Macro { get; }

    public Genotype Genotype { get; }

    public Stem Stem => _stem;

    public DerivedCell[] Cells { get; }

    /// <summary>Null for an encoder alone.</summary>
    public LinearLayer? Classifier { get; }

    /// <summary>Features of a batch, [images, <see cref="MacroStructure.Features"/>].</summary>
    public T Forward<T>(IExecution<T> run, T images)
        where T : class =>
        CellChain.Forward(run, _stem, images, Cells.Length, (i, a, b) => Cells[i].Forward(run, a, b));

    /// <summary>
    /// Features, and behind them what an auxiliary head reads:
    /// [images, <see cref="MacroStructure.Features"/> + 4 x <see cref="MacroStructure.AuxiliaryChannels"/>].
    /// </summary>
    public T ForwardWithAuxiliary<T>(ITrainingExecution<T> run, T images)
        where T : class
    {
        T? corners = null;
        T features = CellChain.Forward(run, _stem, images, Cells.Length, (i, a, b) =>
        {
            T output = Cells[i].Forward(run, a, b);
            if (i == Macro.AuxiliaryCell) corners = run.CornerPool(output);
            return output;
        });
        return run.Concat([features, corners!]);
    }

    public override void Visit(string prefix, Action<string, LayerTensor> visit)
    {
        _stem.Visit(prefix, visit);
        for (int i = 0; i < Cells.Length; i++) Cells[i].Visit($"{prefix}cells.{i}.", visit);
        Classifier?.Visit(prefix + "classifier.", visit);
    }
}

/// <summary>
/// The chain that both networks share: each cell reads the two outputs before it. Values are compared by reference:
/// tensors' own equality would compare their numbers.
/// </summary>
internal static class CellChain
{
    public static T Forward<T>(IExecution<T> run, Stem stem, T images, int cells, Func<int, T, T, T> cell)
        where T : class
    {
        (T beforePrevious, T previous) = stem.Forward(run, images);
        for (int i = 0; i < cells; i++)
        {
            T output = cell(i, beforePrevious, previous);
            if (!ReferenceEquals(beforePrevious, previous)) run.Release(beforePrevious);
            (beforePrevious, previous) = (previous, output);
        }

        T features = run.GlobalAveragePool(previous);
        run.Release(beforePrevious);
        run.Release(previous);
        return features;
    }
}
