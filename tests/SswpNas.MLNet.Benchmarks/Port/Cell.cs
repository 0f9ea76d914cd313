using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SswpNas.MLNet.Benchmarks.Port;

/// <summary>A cell of the supernet as DARTS has it: two preprocessings, four nodes, 14 mixed edges.</summary>
internal sealed class Cell : Module<Tensor, Tensor, Tensor>
{
    private const int Nodes = 4;

    private readonly Module<Tensor, Tensor> preprocess0;
    private readonly Module<Tensor, Tensor> preprocess1;
    private readonly ModuleList<MixedEdge> edges;

    public Cell(int beforePrevious, int previous, int channels, bool reduction, bool followsReduction)
        : base(nameof(Cell))
    {
        preprocess0 = followsReduction
            ? new FactorizedReduce(beforePrevious, channels)
            : ConvBlock.Pointwise(beforePrevious, channels);
        preprocess1 = ConvBlock.Pointwise(previous, channels);
        List<MixedEdge> all = [];
        for (int node = 0; node < Nodes; node++)
        {
            for (int input = 0; input < node + 2; input++)
                all.Add(new MixedEdge(channels, reduction && input < 2 ? 2 : 1));
        }

        edges = ModuleList(all.ToArray());
        RegisterComponents();
    }

    public IReadOnlyList<MixedEdge> Edges => [.. edges];

    public override Tensor forward(Tensor beforePrevious, Tensor previous)
    {
        List<Tensor> states = [preprocess0.call(beforePrevious), preprocess1.call(previous)];
        int next = 0;
        for (int node = 0; node < Nodes; node++)
        {
            Tensor sum = edges[next++].call(states[0]);
            for (int input = 1; input < node + 2; input++)
            {
                using Tensor before = sum;
                using Tensor output = edges[next++].call(states[input]);
                sum = before + output;
            }

            states.Add(sum);
        }

        Tensor all = cat([.. states[2..]], dim: 1);
        foreach (Tensor state in states) state.Dispose();
        return all;
    }
}
