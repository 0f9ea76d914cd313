using System.Text.Json;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Training.Engines;
using SswpNas.MLNet.Training.Engines.Kernels;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Golden;

[TestClass]
[TestCategory("Golden")]
public sealed class GoldenOperationTests
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void OutputsOfOperationsAgree(bool managedKernels)
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

            Tensor input = GoldenFiles.Values(section.GetProperty("input"), shape);
            Tensor output = managedKernels
                ? ByKernels(input, candidate)
                : new TorchExecution(Pass.WeightStep).Run(input, candidate.Stages);

            Tensor expected = GoldenFiles.Values(c.GetProperty("output"), GoldenFiles.Shape(c.GetProperty("output_shape")));
            GoldenFiles.AreClose(expected, output, $"{name} at stride {stride}");
        }
    }

    private static unsafe Tensor ByKernels(Tensor input, Candidate candidate)
    {
        float[] images = input.permute(0, 2, 3, 1).contiguous().data<float>().ToArray();
        (int n, int channels, int height, int width) =
            ((int)input.shape[0], (int)input.shape[1], (int)input.shape[2], (int)input.shape[3]);
        using KernelContext context = new(threads: 2);
        fixed (float* pixels = images)
        {
            KernelExecution run = new(context, Pass.WeightStep);
            Activation x = KernelExecution.Images(pixels, n, height, width, channels);
            Activation y = run.Sum([new ActiveEdge<Activation>(x, candidate)]);
            float[] output = new ReadOnlySpan<float>(y.Data, (int)y.Count).ToArray();
            long[] shape = [n, y.Height, y.Width, y.Channels];
            run.Abandon();
            return tensor(output, shape).permute(0, 3, 1, 2).contiguous();
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
