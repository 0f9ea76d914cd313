using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SswpNas.MLNet.SearchSpace;

/// <summary>
/// DARTS's auxiliary head behind its pool: a 1x1 convolution to 128 channels, a 2x2 one to 768, a classifier. It exists while
/// a network is trained, so its batch norm keeps no running statistics. The ImageNet head has none after the second
/// convolution, as in DARTS's code.
/// </summary>
internal sealed class AuxiliaryTower : Layer
{
    private const int Narrow = 128;
    private const int Wide = 768;
    private const int Side = 2;

    private readonly int _channels;
    private readonly Weight _first;
    private readonly (Weight Scale, Weight Shift) _firstNorm;
    private readonly Weight _second;
    private readonly (Weight Scale, Weight Shift)? _secondNorm;
    private readonly LinearLayer _classifier;

    public AuxiliaryTower(MacroStructure macro, int classes, ref RandomStream random)
    {
        _channels = macro.AuxiliaryChannels;
        _first = Weight.Uniform([Narrow, _channels, 1, 1], _channels, ref random);
        _firstNorm = (Weight.Constant(1, Narrow), Weight.Constant(0, Narrow));
        _second = Weight.Uniform([Wide, Narrow, Side, Side], Narrow * Side * Side, ref random);
        if (macro.Stem != StemKind.ImageNet) _secondNorm = (Weight.Constant(1, Wide), Weight.Constant(0, Wide));
        _classifier = new LinearLayer(Wide, classes, ref random);
    }

    /// <summary>Numbers in and out of its convolutions, each as one matrix; the classifier is small beside them.</summary>
    public static IEnumerable<(int Inputs, int Outputs)> Layers(MacroStructure macro) =>
        [(macro.AuxiliaryChannels, Narrow), (Narrow * Side * Side, Wide)];

    /// <summary>From the corners' means, [images, 4 x channels], to logits.</summary>
    public Tensor Forward(Tensor corners, WeightGradients? gradients)
    {
        Tensor x = corners.reshape(-1, Side, Side, _channels).permute(0, 3, 1, 2);
        x = relu(Norm(conv2d(x, Value(_first)), _firstNorm));
        x = conv2d(x, Value(_second));
        x = relu(_secondNorm is { } norm ? Norm(x, norm) : x);
        return _classifier.Forward(x.flatten(1), gradients);

        Tensor Value(Weight weight) => gradients?.Use(weight) ?? weight.Value;

        Tensor Norm(Tensor y, (Weight Scale, Weight Shift) affine) => batch_norm(
            y, null, null, Value(affine.Scale), Value(affine.Shift), training: true, eps: BatchNorm.Epsilon);
    }

    public override void Visit(string prefix, Action<string, LayerTensor> visit)
    {
        visit(prefix + "features.2.weight", _first);
        Show("features.3.", _firstNorm);
        visit(prefix + "features.5.weight", _second);
        if (_secondNorm is { } norm) Show("features.6.", norm);
        _classifier.Visit(prefix + "classifier.", visit);

        void Show(string name, (Weight Scale, Weight Shift) affine)
        {
            visit($"{prefix}{name}weight", affine.Scale);
            visit($"{prefix}{name}bias", affine.Shift);
        }
    }
}
