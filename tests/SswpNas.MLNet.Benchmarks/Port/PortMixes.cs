using System.Diagnostics;
using SswpNas.MLNet.Benchmarks.Measuring;
using SswpNas.MLNet.Benchmarks.Product;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Benchmarks.Port;

/// <summary>The plain port's mixes of five weight steps and an architecture step, with its own views.</summary>
internal sealed class PortMixes : IDisposable
{
    private const int Seed = 1;

    private readonly NetworkSize _size;
    private readonly Device _device;
    private readonly PortSearch _search;
    private readonly PlainViews _views;
    private readonly Tensor _images;
    private readonly SearchOptions _options;
    private long _step;

    public PortMixes(MeasureContext context, NetworkSize size, PixelStore store)
    {
        set_num_threads(context.Threads);
        (_size, _device) = (size, context.TorchDevice);
        _options = ProductSearch.Options(size);
        _search = new PortSearch(_options, _device);
        PixelNormalization normalization = PixelNormalization.Of(store, Enumerable.Range(0, store.Count));
        _views = new PlainViews(_options.Views, normalization, Seed, context.Threads);
        _images = Planar(store);
    }

    /// <summary>Five weight steps, then an architecture step.</summary>
    public MixTimes Mix()
    {
        long start = Stopwatch.GetTimestamp();
        double views = 0;
        double[] steps = new double[ProductSearch.Interval];
        for (int i = 0; i < steps.Length; i++) steps[i] = Step(i, isWeightStep: true, ref views);
        Step(ProductSearch.Interval, isWeightStep: false, ref views);
        return new MixTimes(Stopwatch.GetElapsedTime(start).TotalSeconds, Quartiles.Of(steps).Median, views);
    }

    /// <summary>A weight step in which only the active operations are computed; not as published.</summary>
    /// <returns>Seconds.</returns>
    public double ActiveOnly()
    {
        foreach (MixedEdge edge in _search.Network.Edges) edge.ComputesBoth = false;
        double views = 0;
        double seconds = Step(0, isWeightStep: true, ref views);
        foreach (MixedEdge edge in _search.Network.Edges) edge.ComputesBoth = true;
        return seconds;
    }

    public void Dispose()
    {
        _search.Dispose();
        _images.Dispose();
    }

    private double Step(int batch, bool isWeightStep, ref double views)
    {
        long start = Stopwatch.GetTimestamp();
        RandomStream random = new(Seed, isWeightStep ? RandomPurpose.Paths : RandomPurpose.ArchitecturePaths, _step);
        _search.Sample(ref random, isWeightStep);
        int[] images = [.. Enumerable.Range(batch * _size.Batch, _size.Batch)];
        long rendering = Stopwatch.GetTimestamp();
        using Tensor rendered = _views.Render(_images, images, _step++);
        views += Stopwatch.GetElapsedTime(rendering).TotalSeconds;
        using Tensor there = rendered.to(_device);
        if (isWeightStep) _search.WeightStep(there, _options.LearningRate);
        else _search.ArchitectureStep(there);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static Tensor Planar(PixelStore store)
    {
        byte[] bytes = [.. Enumerable.Range(0, store.Count).SelectMany(i => store[i].ToArray())];
        ImageShape shape = store.Shape;
        using Tensor interleaved = tensor(bytes, [store.Count, shape.Height, shape.Width, shape.Channels]);
        using Tensor planar = interleaved.permute(0, 3, 1, 2);
        return planar.contiguous();
    }
}
