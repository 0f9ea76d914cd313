using SswpNas.MLNet.Execution;
using SswpNas.MLNet.Sampling;
using SswpNas.MLNet.SearchSpace;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SswpNas.MLNet.Objectives;

/// <summary>The head of the search: Linear(d, d), ReLU, Linear(d, 128). It is removed afterwards (section 3.3).</summary>
internal sealed class ProjectionHead : Layer
{
    public const int Outputs = 128;

    public ProjectionHead(int features, ref RandomStream random, int outputs = Outputs)
    {
        Hidden = new LinearLayer(features, features, ref random);
        Projection = new LinearLayer(features, outputs, ref random);
    }

    public LinearLayer Hidden { get; }

    public LinearLayer Projection { get; }

    /// <summary>From features, [images, d], to projections, [images, 128].</summary>
    public Tensor Forward(TorchExecution run, Tensor features)
    {
        using Tensor hidden = run.Linear(features, Hidden);
        using Tensor active = relu(hidden);
        return run.Linear(active, Projection);
    }

    public override void Visit(string prefix, ITensorVisitor visitor)
    {
        Hidden.Visit(prefix + "classifier.0.", visitor);
        Projection.Visit(prefix + "classifier.2.", visitor);
    }
}
