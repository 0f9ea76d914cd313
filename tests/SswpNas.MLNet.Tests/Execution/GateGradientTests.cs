using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Training.Engines;
using static SswpNas.MLNet.Tests.Execution.SmallSupernet;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Execution;

[TestClass]
public sealed class GateGradientTests
{
    [TestMethod]
    public void GateGradientsAreTheDerivativesOfTheLossByTheGates()
    {
        using IDisposable scope = NewDisposeScope();
        using Supernet supernet = NewSupernet();
        Tensor images = Images(6);
        CellPath[] paths = Paths(step: 1, withGates: true);
        TorchExecution run = new(Pass.ArchitectureStep);
        Loss(supernet.Forward(run, images, paths)).backward();
        run.CollectGates();

        double squares = 0;
        double deviations = 0;
        for (int cell = 0; cell < 3; cell++)
        {
            for (int edge = cell; edge < CellTopology.Edges; edge += 3)
            {
                EdgePath path = paths[cell].Edges[edge];
                foreach (int operation in (int[])[path.Active, .. path.Others])
                {
                    double expected = Derivative(supernet, images, paths, cell, edge, operation);
                    double deviation = path.Gates![operation] - expected;
                    squares += expected * expected;
                    deviations += deviation * deviation;
                    if (cell == 2 && edge >= CellTopology.FirstEdge(2))
                        Assert.AreEqual(0, deviation, 0.05, $"edge {edge}");
                }
            }
        }

        // Before the last nodes, the kinks of ReLUs and pools come into the differences.
        Assert.IsGreaterThan(1, squares);
        Assert.IsLessThan(0.02, Math.Sqrt(deviations / squares));
    }

    [TestMethod]
    public void AnArchitectureStepGivesWeightsNoGradient()
    {
        using IDisposable scope = NewDisposeScope();
        using Supernet supernet = NewSupernet();
        TorchExecution run = new(Pass.ArchitectureStep);
        Loss(supernet.Forward(run, Images(4), Paths(1, withGates: true))).backward();
        run.CollectGates();
        foreach (Weight weight in NamedTensors.Weights(supernet))
        {
            Assert.IsFalse(weight.Value.requires_grad);
            Assert.IsNull(weight.Value.grad);
        }
    }

    [TestMethod]
    public void GatesAndWeightsCanBeDifferentiatedInOnePass()
    {
        using IDisposable scope = NewDisposeScope();
        using Supernet supernet = NewSupernet();
        CellPath[] alone = Paths(1, withGates: true);
        TorchExecution first = new(Pass.ArchitectureStep);
        Loss(supernet.Forward(first, Images(4), alone)).backward();
        first.CollectGates();

        CellPath[] both = Paths(1, withGates: true);
        WeightGradients gradients = new(NamedTensors.Weights(supernet));
        TorchExecution second = new(Pass.ArchitectureStep with { WeightGradients = true }, gradients);
        Loss(supernet.Forward(second, Images(4), both)).backward();
        second.CollectGates();
        gradients.Collect();

        Assert.IsTrue(NamedTensors.Weights(supernet.Stem).All(w => w.HasGradient));
        foreach ((EdgePath a, EdgePath b) in alone.SelectMany(p => p.Edges).Zip(both.SelectMany(p => p.Edges)))
            for (int k = 0; k < 7; k++) Assert.AreEqual(a.Gates![k], b.Gates![k], 1e-4);
    }

    private static double Derivative(
        Supernet supernet, Tensor images, CellPath[] paths, int cell, int edge, int operation)
    {
        const float by = 3e-4f;
        double up = Perturbed(supernet, images, paths, cell, edge, operation, by);
        return (up - Perturbed(supernet, images, paths, cell, edge, operation, -by)) / (2 * by);
    }

    private static double Perturbed(
        Supernet supernet, Tensor images, CellPath[] paths, int cell, int edge, int operation, float by)
    {
        using IDisposable scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Candidate target = supernet.Cells[cell].Candidates[edge][operation];
        PerturbedExecution run = new(supernet.Cells[cell].Candidates[edge][paths[cell].Edges[edge].Active], target, by);
        CellPath[] plain = [.. paths.Select(p => new CellPath([.. p.Edges.Select(e => EdgePath.Only(e.Active))]))];
        return Loss(supernet.Forward(run, images, plain)).item<double>();
    }

    /// <summary>Adds a small multiple of one candidate's output where the edge's active one contributes.</summary>
    private sealed class PerturbedExecution(Candidate active, Candidate target, float by) : ITrainingExecution<Tensor>
    {
        private readonly TorchExecution _inner = new(Pass.ArchitectureStep);

        public Tensor Run(Tensor x, IReadOnlyList<Stage> stages) => _inner.Run(x, stages);

        public Tensor Sum(IReadOnlyList<ActiveEdge<Tensor>> edges)
        {
            Tensor sum = _inner.Sum(edges);
            foreach (ActiveEdge<Tensor> edge in edges)
            {
                if (ReferenceEquals(edge.Active, active)) sum += by * _inner.Run(edge.Input, target.Stages);
            }

            return sum;
        }

        public Tensor GatedSum(IReadOnlyList<ActiveEdge<Tensor>> edges, IReadOnlyList<Gate> gates) => _inner.GatedSum(edges, gates);

        public Tensor CornerPool(Tensor x) => _inner.CornerPool(x);

        public Tensor Concat(IReadOnlyList<Tensor> parts) => _inner.Concat(parts);

        public Tensor GlobalAveragePool(Tensor x) => _inner.GlobalAveragePool(x);

        public void Release(Tensor x) => _inner.Release(x);
    }
}
