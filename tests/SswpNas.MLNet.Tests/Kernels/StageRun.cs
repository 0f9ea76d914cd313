using SswpNas.MLNet.Training.Engines;
using SswpNas.MLNet.Training.Engines.Kernels;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.SearchSpace.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Kernels;

/// <summary>
/// One training pass of a body and back, by our kernels and by libtorch, from the same images, weights and running
/// statistics. Everything is in the kernels' order: images, height, width, channels.
/// </summary>
internal sealed unsafe class StageRun(INetworkBody body, params IReadOnlyList<Layer> layers)
{
    public int Threads { get; init; } = 2;

    private IReadOnlyList<Weight> Weights { get; } = [.. layers.SelectMany(NamedTensors.Weights).Distinct()];

    /// <summary>What a pass gives, by name.</summary>
    public Dictionary<string, float[]> ByKernels(float[] images, int[] shape)
    {
        using IDisposable kept = new Kept(layers);
        foreach (Weight weight in Weights) weight.HasGradient = false;
        using KernelContext context = new(Threads);
        fixed (float* pixels = images)
        {
            Activation x = new(shape[0], shape[1], shape[2], shape[3]) { Data = pixels, Owned = false };
            KernelExecution run = new(context, Pass.WeightStep);
            Activation y = body.Forward(run, x);
            Dictionary<string, float[]> result = Statistics();
            result["output"] = new ReadOnlySpan<float>(y.Data, (int)y.Count).ToArray();
            run.Backward(y, Slopes((int)y.Count));
            result["input gradient"] = new ReadOnlySpan<float>(x.Gradient, (int)x.Count).ToArray();
            run.Free(x);
            Assert.AreEqual(0, context.Pool.InUse, "buffers that were not returned");
            AddGradients(result);
            return result;
        }
    }

    public Dictionary<string, float[]> ByLibtorch(float[] images, int[] shape)
    {
        using IDisposable kept = new Kept(layers);
        using DisposeScope scope = NewDisposeScope();
        WeightGradients gradients = new(Weights);
        Tensor x = tensor(images, [.. shape.Select(s => (long)s)]).permute(0, 3, 1, 2).contiguous().requires_grad_();
        TorchExecution run = new(Pass.WeightStep, gradients);
        Tensor y = body.Forward(run, x);
        Dictionary<string, float[]> result = Statistics();
        Tensor rows = y.dim() == 4 ? y.permute(0, 2, 3, 1).contiguous() : y;
        result["output"] = rows.data<float>().ToArray();
        (rows * tensor(Slopes((int)rows.numel()), rows.shape)).sum().backward();
        result["input gradient"] = x.grad!.permute(0, 2, 3, 1).contiguous().data<float>().ToArray();
        gradients.Collect();
        AddGradients(result);
        return result;
    }

    /// <summary>Images of uniform numbers from -2 to 2.</summary>
    public static float[] Images(int[] shape, int seed = 7)
    {
        RandomStream random = new(seed, RandomPurpose.Views);
        float[] images = new float[shape.Aggregate(1, (a, b) => a * b)];
        foreach (ref float pixel in images.AsSpan()) pixel = (float)random.NextDouble(-2, 2);
        return images;
    }

    /// <summary>Fails where the kernels' pass is not libtorch's, relative to the largest number of each kind.</summary>
    public void AssertSame(int[] shape, string what, float relative = 1e-3f)
    {
        float[] images = Images(shape);
        Dictionary<string, float[]> expected = ByLibtorch(images, shape), actual = ByKernels(images, shape);
        CollectionAssert.AreEquivalent(expected.Keys, actual.Keys, what);
        foreach ((string name, float[] numbers) in expected)
        {
            Assert.HasCount(numbers.Length, actual[name], $"{what}, {name}");
            float tolerance = (relative * (numbers.Length == 0 ? 0 : numbers.Max(Math.Abs))) + 1e-4f;
            for (int i = 0; i < numbers.Length; i++)
            {
                // An interpolated message would be built for each of millions of numbers.
                if (!(Math.Abs(numbers[i] - actual[name][i]) <= tolerance))
                    Assert.Fail($"{what}, {name}, number {i}: {actual[name][i]} for {numbers[i]}, which may differ by {tolerance}.");
            }
        }
    }

    /// <summary>dL/d output, different everywhere and of both signs.</summary>
    private static float[] Slopes(int count) => [.. Enumerable.Range(0, count).Select(i => MathF.Sin(1.7f * i))];

    private Dictionary<string, float[]> Statistics()
    {
        Dictionary<string, float[]> result = [];
        for (int l = 0; l < layers.Count; l++)
        {
            foreach ((string name, Tensor tensor) in NamedTensors.All(layers[l]).Where(t => t.Key.Contains("running")))
                result[$"{l} {name}"] = tensor.data<float>().ToArray();
        }

        return result;
    }

    private void AddGradients(Dictionary<string, float[]> result)
    {
        for (int i = 0; i < Weights.Count; i++)
            result[$"gradient {i}"] = Weights[i].HasGradient ? Weights[i].Gradient!.data<float>().ToArray() : [];
    }

    /// <summary>Puts the running statistics back, so that the next pass starts as this one did.</summary>
    private sealed class Kept(IReadOnlyList<Layer> layers) : IDisposable
    {
        private readonly List<(Tensor Tensor, float[] Values)> _values =
            [.. layers.SelectMany(l => NamedTensors.All(l)).Select(t => (t.Value, t.Value.data<float>().ToArray()))];

        public void Dispose()
        {
            foreach ((Tensor tensor, float[] values) in _values)
                values.CopyTo(new Span<float>(KernelContext.Pointer(tensor), values.Length));
        }
    }
}

/// <summary>Stages one after another.</summary>
internal sealed class ChainBody(params IReadOnlyList<Stage> stages) : INetworkBody
{
    public T Forward<T>(ITrainingExecution<T> run, T images)
        where T : class => run.Run(images, stages);
}

/// <summary>A node all of whose edges read the images.</summary>
internal sealed class NodeBody(params IReadOnlyList<Candidate> candidates) : INetworkBody
{
    public T Forward<T>(ITrainingExecution<T> run, T images)
        where T : class => run.Sum([.. candidates.Select(c => new ActiveEdge<T>(images, c))]);
}

/// <summary>What an auxiliary head sees of the images.</summary>
internal sealed class WindowsBody : INetworkBody
{
    public T Forward<T>(ITrainingExecution<T> run, T images)
        where T : class => run.CornerPool(images);
}
