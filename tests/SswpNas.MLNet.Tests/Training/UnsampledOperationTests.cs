using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Tests.Execution;
using TorchSharp;

namespace SswpNas.MLNet.Tests.Training;

[TestClass]
public sealed class UnsampledOperationTests
{
    [TestMethod]
    [DataRow(true, OptimizerKind.Sgd)]
    [DataRow(false, OptimizerKind.Sgd)]
    [DataRow(true, OptimizerKind.Adam)]
    public void OperationsThatWereNotSampledStayBitIdentical(bool managedKernels, OptimizerKind optimizer)
    {
        using EngineSteps steps = new(managedKernels, optimizer);
        int restedWithMomentum = 0;
        for (int step = 0; step < 6; step++)
        {
            CellPath[] paths = SmallSupernet.Paths(step, withGates: false);
            Dictionary<Weight, (float[] Value, float[]? Momentum, float[]? SecondMoment)> before = steps.Optimizer.Weights
                .ToDictionary(w => w, w => (Numbers(w)!, Numbers(w.Momentum), Numbers(w.SecondMoment)));

            steps.WeightStep(paths, step);

            foreach ((Weight weight, bool sampled) in Candidates(steps.Supernet, paths))
            {
                Assert.AreEqual(sampled, weight.HasGradient);
                if (sampled)
                {
                    CollectionAssert.AreNotEqual(before[weight].Value, Numbers(weight));
                    continue;
                }

                CollectionAssert.AreEqual(before[weight].Value, Numbers(weight));
                CollectionAssert.AreEqual(before[weight].Momentum, Numbers(weight.Momentum));
                CollectionAssert.AreEqual(before[weight].SecondMoment, Numbers(weight.SecondMoment));
                if (weight.Momentum is not null) restedWithMomentum++;
            }

            foreach (Weight weight in NamedTensors.Weights(steps.Supernet.Stem)) Assert.IsTrue(weight.HasGradient);
        }

        Assert.IsGreaterThan(100, restedWithMomentum, "Too few operations that had moved before were left out of a step.");
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void AnArchitectureStepMovesNoWeightAndFillsTheGates(bool managedKernels)
    {
        using EngineSteps steps = new(managedKernels);
        steps.WeightStep(SmallSupernet.Paths(0, withGates: false), 0);
        float[][] before = [.. steps.Optimizer.Weights.Select(w => Numbers(w)!)];
        CellPath[] paths = SmallSupernet.Paths(1, withGates: true);

        steps.ArchitectureStep(paths, 1);

        for (int i = 0; i < before.Length; i++) CollectionAssert.AreEqual(before[i], Numbers(steps.Optimizer.Weights[i]));
        foreach (EdgePath edge in paths.SelectMany(p => p.Edges)) Assert.AreNotEqual(0, edge.Gates![edge.Active]);
    }

    /// <summary>One step's gradient, momentum and decay are those of the textbook.</summary>
    [TestMethod]
    public void TwoStepsAreMomentumWithDecay()
    {
        using EngineSteps steps = new(managedKernels: true);
        Weight weight = NamedTensors.Weights(steps.Supernet.Stem)[0];
        double[] value = [.. Numbers(weight)!.Select(v => (double)v)], velocity = new double[value.Length];
        for (int step = 0; step < 2; step++)
        {
            CellPath[] paths = SmallSupernet.Paths(step, withGates: false);
            steps.WeightStep(paths, step);
            double norm = Math.Sqrt(steps.Optimizer.Weights.Where(w => w.HasGradient)
                .Sum(w => w.Gradient!.data<float>().Sum(g => (double)g * g)));
            float[] gradient = weight.Gradient!.data<float>().ToArray();
            for (int i = 0; i < value.Length; i++)
            {
                velocity[i] = (0.9 * velocity[i]) + (gradient[i] * Math.Min(1, 5 / norm)) + (0.01 * value[i]);
                value[i] -= 0.05 * velocity[i];
            }
        }

        float[] actual = Numbers(weight)!;
        for (int i = 0; i < value.Length; i++) Assert.AreEqual(value[i], actual[i], 1e-5);
    }

    private static IEnumerable<(Weight Weight, bool Sampled)> Candidates(Supernet supernet, CellPath[] paths)
    {
        for (int cell = 0; cell < paths.Length; cell++)
        {
            for (int e = 0; e < CellTopology.Edges; e++)
            {
                Candidate[] edge = supernet.Cells[cell].Candidates[e];
                for (int k = 0; k < edge.Length; k++)
                {
                    foreach (Weight weight in NamedTensors.Weights(edge[k]))
                        yield return (weight, k == paths[cell].Edges[e].Active);
                }
            }
        }
    }

    private static float[]? Numbers(Weight weight) => Numbers(weight.Value);

    private static float[]? Numbers(torch.Tensor? tensor) => tensor?.data<float>().ToArray();
}
