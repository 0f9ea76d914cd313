namespace SswpNas.MLNet.SearchSpace;

/// <summary>A cell's two preprocessings, which bring its inputs to its own size and width.</summary>
internal sealed class CellInputs : Layer
{
    private readonly Stage[] _first;
    private readonly Stage[] _second;

    public CellInputs(CellPlan plan, bool affine, ref RandomStream random)
    {
        _first = plan.FollowsReduction
            ? [new FactorisedReduction(plan.BeforePrevious, plan.Channels, affine, ref random)]
            : [new ConvBn(plan.BeforePrevious, plan.Channels, null, affine, firstName: 1, ref random)];
        _second = [new ConvBn(plan.Previous, plan.Channels, null, affine, firstName: 1, ref random)];
    }

    public (T First, T Second) Forward<T>(IExecution<T> run, T beforePrevious, T previous) =>
        (run.Run(beforePrevious, _first), run.Run(previous, _second));

    public override void Visit(string prefix, Action<string, LayerTensor> visit)
    {
        _first[0].Visit(prefix + "preprocess0.", visit);
        _second[0].Visit(prefix + "preprocess1.", visit);
    }
}

/// <summary>A cell of the supernet: every edge holds all seven candidates.</summary>
internal sealed class SuperCell : Layer
{
    private readonly CellInputs _inputs;

    public SuperCell(CellPlan plan, ref RandomStream random)
    {
        _inputs = new CellInputs(plan, affine: false, ref random);
        Candidates = new Candidate[CellTopology.Edges][];
        for (int node = 0; node < CellTopology.IntermediateNodes; node++)
        {
            for (int input = 0; input < CellTopology.InputsOf(node); input++)
            {
                int stride = plan.IsReduction && input < CellTopology.Inputs ? 2 : 1;
                Candidate[] edge = new Candidate[CellOperations.Count];
                for (int k = 0; k < edge.Length; k++)
                    edge[k] = Candidate.Create((CellOperation)k, plan.Channels, stride, affine: false, ref random);
                Candidates[CellTopology.EdgeIndex(node, input)] = edge;
            }
        }
    }

    public CellInputs Inputs => _inputs;

    /// <summary>[14 edges][7 operations].</summary>
    public Candidate[][] Candidates { get; }

    public T Forward<T>(ITrainingExecution<T> run, T beforePrevious, T previous, CellPath path)
    {
        (T first, T second) = _inputs.Forward(run, beforePrevious, previous);
        List<T> states = [first, second];
        for (int node = 0; node < CellTopology.IntermediateNodes; node++)
        {
            List<ActiveEdge<T>> edges = [];
            List<Gate> gates = [];
            for (int input = 0; input < CellTopology.InputsOf(node); input++)
            {
                int e = CellTopology.EdgeIndex(node, input);
                EdgePath choice = path.Edges[e];
                if (choice.IsAbsent) continue;
                if (choice.Gates is not null)
                {
                    foreach (int k in choice.Others.Prepend(choice.Active))
                        gates.Add(new Gate(edges.Count, Candidates[e][k], choice.Gates));
                }

                edges.Add(new ActiveEdge<T>(states[input], Candidates[e][choice.Active]));
            }

            states.Add(gates.Count == 0 ? run.Sum(edges) : run.GatedSum(edges, gates));
        }

        T output = run.Concat(states[CellTopology.Inputs..]);
        foreach (T state in states) run.Release(state);
        return output;
    }

    public override void Visit(string prefix, Action<string, LayerTensor> visit)
    {
        _inputs.Visit(prefix, visit);
        for (int e = 0; e < Candidates.Length; e++)
            for (int k = 0; k < CellOperations.Count; k++) Candidates[e][k].Visit($"{prefix}edges.{e}.{k}.", visit);
    }
}

/// <summary>A cell of the derived network: the eight kept edges, batch norm with scale and shift.</summary>
internal sealed class DerivedCell : Layer
{
    private readonly CellGenotype _genotype;

    public DerivedCell(CellPlan plan, CellGenotype genotype, ref RandomStream random)
    {
        _genotype = genotype;
        Inputs = new CellInputs(plan, affine: true, ref random);
        Operations = new Candidate[genotype.Edges.Count];
        for (int i = 0; i < Operations.Length; i++)
        {
            GenotypeEdge edge = genotype.Edges[i];
            int stride = plan.IsReduction && edge.Input < CellTopology.Inputs ? 2 : 1;
            Operations[i] = Candidate.Create(edge.Operation, plan.Channels, stride, affine: true, ref random);
        }
    }

    public CellInputs Inputs { get; }

    /// <summary>The operations of the kept edges, two a node.</summary>
    public Candidate[] Operations { get; }

    public T Forward<T>(IExecution<T> run, T beforePrevious, T previous)
    {
        (T first, T second) = Inputs.Forward(run, beforePrevious, previous);
        List<T> states = [first, second];
        for (int i = 0; i < Operations.Length; i += CellTopology.EdgesKeptPerNode)
        {
            states.Add(run.Sum(
            [
                new ActiveEdge<T>(states[_genotype.Edges[i].Input], Operations[i]),
                new ActiveEdge<T>(states[_genotype.Edges[i + 1].Input], Operations[i + 1]),
            ]));
        }

        T output = run.Concat(states[CellTopology.Inputs..]);
        foreach (T state in states) run.Release(state);
        return output;
    }

    public override void Visit(string prefix, Action<string, LayerTensor> visit)
    {
        Inputs.Visit(prefix, visit);
        for (int i = 0; i < Operations.Length; i++) Operations[i].Visit($"{prefix}edges.{i}.", visit);
    }
}
