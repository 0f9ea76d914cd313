using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Training.Engines;
using static SswpNas.MLNet.Tests.Execution.SmallSupernet;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Execution;

[TestClass]
public sealed class TorchExecutionTests
{
    [TestMethod]
    public void OnlySampledOperationsHaveGradients()
    {
        using IDisposable scope = NewDisposeScope();
        using Supernet supernet = NewSupernet();
        for (int step = 0; step < 3; step++)
        {
            CellPath[] paths = Paths(step, withGates: false);
            WeightStep(supernet, paths);
            Assert.IsTrue(NamedTensors.Weights(supernet.Stem).All(w => w.HasGradient && w.Gradient is not null));
            for (int cell = 0; cell < 3; cell++)
            {
                Assert.IsTrue(NamedTensors.Weights(supernet.Cells[cell].Inputs).All(w => w.HasGradient));
                for (int edge = 0; edge < CellTopology.Edges; edge++)
                {
                    for (int k = 0; k < CellOperations.Count; k++)
                    {
                        bool sampled = paths[cell].Edges[edge].Active == k;
                        foreach (Weight weight in NamedTensors.Weights(supernet.Cells[cell].Candidates[edge][k]))
                            Assert.AreEqual(sampled, weight.HasGradient);
                    }
                }
            }
        }
    }

    [TestMethod]
    public void GradientsAreThoseOfOneStepAndNotASum()
    {
        using IDisposable scope = NewDisposeScope();
        using Supernet supernet = NewSupernet();
        Weight kernel = NamedTensors.Weights(supernet.Stem)[0];
        WeightStep(supernet, Paths(1, withGates: false));
        float[] once = kernel.Gradient!.data<float>().ToArray();
        WeightStep(supernet, Paths(1, withGates: false));
        float[] again = kernel.Gradient!.data<float>().ToArray();
        for (int i = 0; i < once.Length; i++) Assert.AreEqual(once[i], again[i], 1e-5);
    }

    [TestMethod]
    public void AWeightOutsideTheListIsReported()
    {
        using IDisposable scope = NewDisposeScope();
        using Supernet supernet = NewSupernet();
        WeightGradients gradients = new(NamedTensors.Weights(supernet.Stem));
        TorchExecution run = new(Pass.WeightStep, gradients);
        Loss(supernet.Forward(run, Images(4), Paths(1, withGates: false))).backward();
        Assert.ThrowsExactly<InvalidOperationException>(gradients.Collect);
    }

    [TestMethod]
    public void OnlyTheActiveOperationMovesRunningStatistics()
    {
        using IDisposable scope = NewDisposeScope();
        using Supernet supernet = NewSupernet();
        CellPath[] paths = Paths(1, withGates: true);
        TorchExecution run = new(Pass.ArchitectureStep);
        Loss(supernet.Forward(run, Images(4), paths)).backward();
        foreach ((CellPath path, SuperCell cell) in paths.Zip(supernet.Cells))
        {
            for (int edge = 0; edge < CellTopology.Edges; edge++)
            {
                for (int k = 0; k < CellOperations.Count; k++)
                {
                    bool active = path.Edges[edge].Active == k;
                    foreach ((string name, Tensor tensor) in NamedTensors.All(cell.Candidates[edge][k]))
                    {
                        if (!name.EndsWith("running_mean")) continue;
                        Assert.AreEqual(active, tensor.abs().sum().item<float>() > 0, name);
                    }
                }
            }
        }
    }

    [TestMethod]
    public void RunningStatisticsFollowTheBatchWithAMomentumOfATenth()
    {
        using IDisposable scope = NewDisposeScope();
        RandomStream random = new(1, RandomPurpose.Weights);
        using Candidate pool = Candidate.Create(CellOperation.AvgPool3x3, 3, 2, affine: false, ref random);
        Tensor images = Images(4);
        Tensor pooled = nn.functional.avg_pool2d(images, 3, 2, 1, count_include_pad: false);
        new TorchExecution(Pass.WeightStep).Run(images, pool.Stages);
        new TorchExecution(Pass.Evaluation).Run(images, pool.Stages);

        BatchNorm norm = ((PoolBn)pool.Stages[0]).Norm;
        Tensor values = pooled.transpose(0, 1).reshape(3, -1);
        Assert.IsLessThan(1e-6, (norm.Mean - (0.1 * values.mean([1]))).abs().max().item<float>());
        Assert.IsLessThan(1e-6, (norm.Variance - (0.9 + (0.1 * values.var(1)))).abs().max().item<float>());
    }

    [TestMethod]
    public void DropPathDropsWholeImagesAndKeepsTheMeanAndTheIdentity()
    {
        using IDisposable scope = NewDisposeScope();
        RandomStream random = new(1, RandomPurpose.Weights);
        using Candidate skip = Candidate.Create(CellOperation.SkipConnect, 3, 1, affine: false, ref random);
        using Candidate pool = Candidate.Create(CellOperation.MaxPool3x3, 3, 1, affine: false, ref random);
        Tensor images = Images(400);
        TorchExecution plain = new(Pass.WeightStep);
        TorchExecution run = new(Pass.WeightStep with { DropPath = new DropPath(0.25, seed: 1, step: 0) });

        Tensor identity = run.Sum([new ActiveEdge<Tensor>(images, skip)]);
        Tensor dropped = run.Sum([new ActiveEdge<Tensor>(images, pool)]);
        Tensor ratio = dropped / plain.Run(images, pool.Stages);

        Assert.AreEqual(0f, (identity - images).abs().max().item<float>());
        float[] share = ratio.mean([1, 2, 3]).data<float>().ToArray();
        foreach (float s in share) Assert.IsTrue(s == 0 || Math.Abs(s - (1 / 0.75f)) < 1e-3, $"{s}");
        Assert.AreEqual(0.25, share.Count(s => s == 0) / 400.0, 0.07);
    }

    [TestMethod]
    [DoNotParallelize]
    public void LiveTensorsDoNotGrowFromStepToStep()
    {
        using Supernet supernet = NewSupernet();
        RandomStream random = new(2, RandomPurpose.Weights);
        using ProjectionHead head = new(Macro.Features, ref random);
        using Tensor images = Images(4);
        long before = 0;
        for (int step = 0; step < 60; step++)
        {
            // Every weight has had a gradient at least once by the tenth step.
            if (step == 10) before = LiveTensors.Settled();
            Steps(supernet, head, images, step);
            if (step >= 10) Assert.AreEqual(before, Tensor.TotalCount, $"step {step}");
        }
    }

    private static void Steps(Supernet supernet, ProjectionHead head, Tensor images, int step)
    {
        using IDisposable scope = NewDisposeScope();
        WeightGradients gradients = new([.. NamedTensors.Weights(supernet), .. NamedTensors.Weights(head)]);
        TorchExecution weights = new(Pass.WeightStep, gradients);
        CellPath[] paths = step < 10 ? Uniform(step % 7) : Paths(step, withGates: false);
        InfoNce.Loss(head.Forward(supernet.Forward(weights, images, paths), gradients), 0.07).backward();
        gradients.Collect();

        TorchExecution architecture = new(Pass.ArchitectureStep);
        Tensor features = supernet.Forward(architecture, images, Paths(step, withGates: true));
        InfoNce.Loss(head.Forward(features, gradients: null), 0.07).backward();
        architecture.CollectGates();
    }

    private static void WeightStep(Supernet supernet, CellPath[] paths)
    {
        WeightGradients gradients = new(NamedTensors.Weights(supernet));
        TorchExecution run = new(Pass.WeightStep, gradients);
        Loss(supernet.Forward(run, Images(4), paths)).backward();
        gradients.Collect();
    }

    private static CellPath[] Uniform(int operation) =>
        [.. Enumerable.Repeat(new CellPath([.. Enumerable.Repeat(EdgePath.Only(operation), CellTopology.Edges)]), 3)];
}
