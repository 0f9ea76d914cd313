using SswpNas.MLNet.Training.Memory;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SswpNas.MLNet.Objectives;

/// <summary>
/// The head of the search: Linear(d, d), ReLU, Linear(d, 128). It is removed afterwards (section 3.3). BYOL's predictor has
/// the same form.
/// </summary>
internal sealed class ProjectionHead : Layer
{
    public const int Outputs = 128;

    /// <summary>Far more than any head has, and its matrix still has a number of elements that is one.</summary>
    public const int MostOutputs = 1 << 24;

    public ProjectionHead(
        int features, ref RandomStream random, int outputs = Outputs, bool normalise = false, int? hidden = null)
    {
        _normalise = normalise;
        Hidden = new LinearLayer(features, hidden ?? features, ref random);
        Projection = new LinearLayer(hidden ?? features, outputs, ref random);
    }

    private readonly bool _normalise;

    public LinearLayer Hidden { get; }

    public LinearLayer Projection { get; }

    /// <summary>Its layers, for the estimate of a step's memory.</summary>
    public static IEnumerable<HeadLayer> Layers(int features, int outputs, int copies, int? hidden = null) =>
        [new(features, hidden ?? features, copies), new(hidden ?? features, outputs, copies)];

    /// <summary>From features, [images, d], to projections, [images, 128].</summary>
    public Tensor Forward(Tensor features, WeightGradients? gradients)
    {
        using Tensor input = Normalised(features);
        using Tensor hidden = Hidden.Forward(input, gradients);
        using Tensor normal = Normalised(hidden);
        using Tensor active = relu(normal);
        return Projection.Forward(active, gradients);
    }

    /// <summary>Batch norm without weights and without memory, where it is asked for.</summary>
    private Tensor Normalised(Tensor x) =>
        _normalise ? batch_norm(x, null, null, null, null, training: true) : x.alias();

    public override void Visit(string prefix, Action<string, LayerTensor> visit)
    {
        Hidden.Visit(prefix + "classifier.0.", visit);
        Projection.Visit(prefix + "classifier.2.", visit);
    }
}
