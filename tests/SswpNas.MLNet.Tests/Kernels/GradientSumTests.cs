using SswpNas.MLNet.Training.Engines;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.SearchSpace;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Kernels;

/// <summary>A gradient is the sum over all uses of a weight or of a value in one step, and over nothing else.</summary>
[TestClass]
public sealed class GradientSumTests
{
    [TestMethod]
    [DataRow("separable")]
    [DataRow("pointwise")]
    [DataRow("stem")]
    [DataRow("reduction")]
    public void AWeightThatIsUsedTwiceHasTheSumOfBothGradients(string kind)
    {
        RandomStream random = new(1, RandomPurpose.Weights);
        using Stage stage = kind switch
        {
            "separable" => new ConvBn(6, 6, (3, 1, 1), affine: true, firstName: 1, ref random),
            "pointwise" => new ConvBn(6, 6, null, affine: true, firstName: 1, ref random),
            "stem" => new StemConv(6, 6, stride: 1, relu: true, ("conv", "norm"), ref random),
            _ => new FactorisedReduction(6, 6, affine: true, ref random),
        };
        new StageRun(new ChainBody(stage, stage), stage).AssertSame([3, 8, 8, 6], kind);
    }

    [TestMethod]
    public void AValueThatSeveralEdgesOfANodeReadHasTheSumOfTheirGradients()
    {
        RandomStream random = new(1, RandomPurpose.Weights);
        using Candidate convolution = New(CellOperation.SepConv3x3, ref random);
        using Candidate dilated = New(CellOperation.DilConv5x5, ref random);
        using Candidate pool = New(CellOperation.MaxPool3x3, ref random);
        using Candidate identity = New(CellOperation.SkipConnect, ref random);
        Candidate[][] nodes =
        [
            [identity, convolution], [convolution, identity], [identity, identity], [dilated, pool],
            [convolution, dilated, identity, pool, convolution, identity],
        ];
        foreach (Candidate[] node in nodes)
        {
            string what = string.Join(", ", node.Select(c => c.Kind));
            new StageRun(new NodeBody(node), [.. node.Distinct()]).AssertSame([3, 7, 7, 5], what);
        }
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void AStepHasNothingOfTheOneBefore(bool ownKernels)
    {
        RandomStream random = new(1, RandomPurpose.Weights);
        using Candidate candidate = New(CellOperation.SepConv3x3, ref random);
        using ConvBn entry = new(5, 5, null, affine: true, firstName: 1, ref random);
        IReadOnlyList<Weight> weights = [.. NamedTensors.Weights(candidate), .. NamedTensors.Weights(entry)];
        using NetworkEngine engine = NetworkEngine.Create(CPU, threads: 1, ownKernels);
        float[] images = StageRun.Images([4, 7, 7, 5]);
        List<float[]> gradients = [];
        for (int step = 0; step < 3; step++)
        {
            using ImageBatch batch = new(4, new ImageShape(5, 7, 7));
            images.CopyTo(batch.Pixels);
            engine.Step(new CandidateBody(candidate, entry), weights, new SumOfSquares(), batch, Pass.WeightStep);
            Assert.IsTrue(weights.All(w => w.HasGradient));
            gradients.Add([.. weights.SelectMany(w => w.Gradient!.data<float>())]);
        }

        CollectionAssert.AreEqual(gradients[0], gradients[1]);
        CollectionAssert.AreEqual(gradients[0], gradients[2]);
    }

    private static Candidate New(CellOperation kind, ref RandomStream random) =>
        Candidate.Create(kind, channels: 5, stride: 1, affine: true, ref random);
}
