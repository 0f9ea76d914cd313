using System.Text.Json;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Training.Engines;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Golden;

[TestClass]
[TestCategory("Golden")]
public sealed class GoldenNetworkTests
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void TheSupernetAgrees(bool managedKernels)
    {
        JsonElement golden = GoldenFiles.Network();
        using IDisposable scope = NewDisposeScope();
        (Supernet supernet, ProjectionHead head) = Load(golden);
        CellPath[] paths = [.. golden.GetProperty("alphas").EnumerateArray().Select(a => CellPath.Best(GoldenFiles.Rows(a)))];

        Tensor projection = head.Forward(Features(golden, new PathBody(supernet, paths), managedKernels), gradients: null);

        JsonElement expected = golden.GetProperty("supernet_projection");
        GoldenFiles.AreClose(GoldenFiles.Values(expected, projection.shape), projection, "projections");
        supernet.Dispose();
        head.Dispose();
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void TheDerivedNetworkAgreesWithTheWeightsOfTheSupernet(bool managedKernels)
    {
        JsonElement golden = GoldenFiles.Network();
        using IDisposable scope = NewDisposeScope();
        (Supernet supernet, ProjectionHead head) = Load(golden);
        Genotype genotype = new(golden.GetProperty("genotype").EnumerateArray().Select(GoldenFiles.Cell));
        JsonElement classifier = golden.GetProperty("derived_classifier");
        int classes = classifier.GetProperty("bias").GetArrayLength();
        RandomStream random = new(1, RandomPurpose.Weights);
        using DerivedNetwork derived = new(supernet.Macro, genotype, classes, ref random);

        ConcomitantWeights.Transfer(supernet, derived);
        Tensor matrix = derived.Classifier!.Matrix.Value;
        matrix.copy_(GoldenFiles.Values(classifier.GetProperty("weight"), matrix.shape));
        derived.Classifier.Bias.Value.copy_(GoldenFiles.Values(classifier.GetProperty("bias"), classes));
        Tensor logits = derived.Classifier.Forward(Features(golden, new DerivedBody(derived), managedKernels), gradients: null);

        GoldenFiles.AreClose(GoldenFiles.Values(golden.GetProperty("derived_logits"), logits.shape), logits, "logits");
        Assert.AreEqual(golden.GetProperty("derived_parameters").GetInt64(), NamedTensors.CountParameters(derived));
        supernet.Dispose();
        head.Dispose();
    }

    private static Tensor Features(JsonElement golden, INetworkBody body, bool managedKernels)
    {
        long[] shape = GoldenFiles.Shape(golden.GetProperty("input_shape"));
        using Tensor images = GoldenFiles.Values(golden.GetProperty("input"), shape).permute(0, 2, 3, 1).contiguous();
        using NetworkEngine engine = NetworkEngine.Create(CPU, threads: 2, managedKernels);
        using ImageBatch batch = new((int)shape[0], new ImageShape((int)shape[1], (int)shape[2], (int)shape[3]));
        images.data<float>().ToArray().CopyTo(batch.Pixels);
        return tensor(engine.Features(body, batch)).reshape(shape[0], -1);
    }

    private static (Supernet Supernet, ProjectionHead Head) Load(JsonElement golden)
    {
        long[] input = GoldenFiles.Shape(golden.GetProperty("input_shape"));
        MacroStructure macro = new(
            StemKind.Cifar, golden.GetProperty("channels").GetInt32(), golden.GetProperty("cells").GetInt32(),
            new ImageShape((int)input[1], (int)input[2], (int)input[3]));
        RandomStream random = new(1, RandomPurpose.Weights);
        Supernet supernet = new(macro, ref random);
        ProjectionHead head = new(macro.Features, ref random);

        Dictionary<string, Tensor> own = new(NamedTensors.All(supernet).Concat(NamedTensors.All(head)));
        JsonProperty[] given = [.. golden.GetProperty("supernet_weights").EnumerateObject()];
        CollectionAssert.AreEquivalent(given.Select(p => p.Name).ToArray(), own.Keys.ToArray());
        foreach (JsonProperty weight in given)
        {
            CollectionAssert.AreEqual(GoldenFiles.Shape(weight.Value[0]), own[weight.Name].shape, weight.Name);
            own[weight.Name].copy_(GoldenFiles.Shaped(weight.Value));
        }

        return (supernet, head);
    }
}
