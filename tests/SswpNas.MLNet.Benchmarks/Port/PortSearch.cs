using SswpNas.MLNet.Numerics;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.utils;

namespace SswpNas.MLNet.Benchmarks.Port;

/// <summary>
/// The search as a plain port of the published code: SGD on weights, Adam on alphas, steps as there. Batches come as
/// [images, channels, height, width].
/// </summary>
internal sealed class PortSearch : IDisposable
{
    private readonly SearchOptions _options;
    private readonly SGD _weightOptimizer;
    private readonly Adam _alphaOptimizer;

    public PortSearch(SearchOptions options, Device device)
    {
        _options = options;
        Network = new SearchNetwork(options.InitialChannels, options.Cells);
        Network.to(device);
        _weightOptimizer = optim.SGD(
            Network.Weights, options.LearningRate, options.Momentum, weight_decay: options.WeightDecay);
        _alphaOptimizer = optim.Adam(
            Network.Edges.Select(e => e.Alpha), options.ArchitectureLearningRate, options.ArchitectureBeta1,
            options.ArchitectureBeta2);
    }

    public SearchNetwork Network { get; }

    /// <summary>Samples every edge's two operations for the next step.</summary>
    public void Sample(ref RandomStream random, bool isWeightStep)
    {
        foreach (MixedEdge edge in Network.Edges) edge.Sample(ref random, isWeightStep ? _options.SkipDropout : 0);
    }

    /// <summary>One step of the weights along the chosen paths.</summary>
    /// <returns>The loss.</returns>
    public double WeightStep(Tensor images, double learningRate)
    {
        foreach (optim.ILearningRateController group in _weightOptimizer.ParamGroups) group.LearningRate = learningRate;
        using DisposeScope scope = NewDisposeScope();
        Tensor loss = Loss(images);
        _weightOptimizer.zero_grad();
        loss.backward();
        clip_grad_norm_(Network.Weights, _options.GradientClip);
        _weightOptimizer.step();
        return loss.item<float>();
    }

    /// <summary>One step of the alphas along the chosen paths; weights stay, though they get gradients.</summary>
    /// <returns>The loss.</returns>
    public double ArchitectureStep(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor loss = Loss(images);
        loss.backward();
        foreach (MixedEdge edge in Network.Edges) edge.SetAlphaGradient();
        _alphaOptimizer.step();
        foreach (MixedEdge edge in Network.Edges) edge.Rescale();
        return loss.item<float>();
    }

    public void Dispose()
    {
        _weightOptimizer.Dispose();
        _alphaOptimizer.Dispose();
        Network.Dispose();
    }

    private Tensor Loss(Tensor images)
    {
        using Tensor projections = Network.call(images);
        return ContrastiveLoss.Of(projections, _options.Temperature);
    }
}
