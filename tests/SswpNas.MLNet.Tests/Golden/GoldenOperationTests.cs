using System.Text.Json;
using SswpNas.MLNet.Execution;
using SswpNas.MLNet.Sampling;
using SswpNas.MLNet.SearchSpace;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Golden;

[TestClass]
[TestCategory("Golden")]
public sealed class GoldenOperationTests
{
    [TestMethod]
    public void OutputsOfOperationsAgree()
    {
        JsonElement section = GoldenFiles.Method("operations");
        long[] shape = GoldenFiles.Shape(section.GetProperty("input_shape"));
        foreach (JsonElement c in GoldenFiles.Cases(section))
        {
            using IDisposable scope = NewDisposeScope();
            string name = c.GetProperty("operation").GetString()!;
            int stride = c.GetProperty("stride").GetInt32();
            RandomStream random = new(1, RandomPurpose.Weights);
            using Candidate candidate = Candidate.Create(
                CellOperations.Parse(name), (int)shape[1], stride, affine: false, ref random);
            Load(candidate, c.GetProperty("weights"));

            TorchExecution run = new(new TorchPass { Training = true });
            Tensor output = run.Run(GoldenFiles.Values(section.GetProperty("input"), shape), candidate.Stages);

            Tensor expected = GoldenFiles.Values(c.GetProperty("output"), GoldenFiles.Shape(c.GetProperty("output_shape")));
            GoldenFiles.AreClose(expected, output, $"{name} at stride {stride}");
        }
    }

    /// <summary>Weights come in forward order, as [name, shape, values].</summary>
    private static void Load(Candidate candidate, JsonElement weights)
    {
        IReadOnlyList<Weight> own = NamedTensors.Weights(candidate);
        Assert.HasCount(own.Count, weights.EnumerateArray());
        foreach ((Weight weight, JsonElement given) in own.Zip(weights.EnumerateArray()))
        {
            JsonElement[] parts = [.. given.EnumerateArray()];
            weight.Value.copy_(GoldenFiles.Values(parts[^1], GoldenFiles.Shape(parts[^2])));
        }
    }
}
