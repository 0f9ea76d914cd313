using static TorchSharp.torch;

namespace SswpNas.MLNet.SearchSpace.Layers;

/// <summary>Batch norm over a channel axis; in the supernet's cells without scale and shift (published code).</summary>
internal sealed class BatchNorm : Layer
{
    public const double Epsilon = 1e-5;
    public const double Momentum = 0.1;

    private readonly Statistic _mean;
    private readonly Statistic _variance;

    public BatchNorm(int channels, bool affine)
    {
        (Channels, _mean, _variance) = (channels, new Statistic(zeros(channels)), new Statistic(ones(channels)));
        if (!affine) return;
        Scale = Weight.Constant(1, channels);
        Shift = Weight.Constant(0, channels);
    }

    public int Channels { get; }

    public Weight? Scale { get; }

    public Weight? Shift { get; }

    /// <summary>Running mean, [channels].</summary>
    public Tensor Mean => _mean.Value;

    /// <summary>Running unbiased variance, [channels].</summary>
    public Tensor Variance => _variance.Value;

    public override void Visit(string prefix, Action<string, LayerTensor> visit)
    {
        if (Scale is not null) visit(prefix + "weight", Scale);
        if (Shift is not null) visit(prefix + "bias", Shift);
        visit(prefix + "running_mean", _mean);
        visit(prefix + "running_var", _variance);
    }
}

/// <summary>The geometry of a depthwise convolution with its weight, [channels, 1, kernel, kernel].</summary>
internal sealed record Depthwise(int Kernel, int Stride, int Dilation, Weight Weight)
{
    /// <summary>Keeps the size at stride 1 and halves it at stride 2.</summary>
    public int Padding => Dilation * (Kernel - 1) / 2;
}

/// <summary>
/// ReLU, an optional depthwise convolution, a pointwise one, batch norm: the block that separable and dilated
/// convolutions and a cell's preprocessing are made of.
/// </summary>
internal sealed class ConvBn : Stage
{
    private readonly int _firstName;

    /// <param name="inputs">Input channels.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="depthwise">Kernel, stride and dilation of the depthwise convolution, null for none.</param>
    /// <param name="affine">Whether batch norm has scale and shift.</param>
    /// <param name="firstName">The state-dict number of the block's first convolution (<c>op.1</c>, <c>op.5</c>).</param>
    /// <param name="random">Where initial weights come from.</param>
    public ConvBn(
        int inputs, int outputs, (int Kernel, int Stride, int Dilation)? depthwise, bool affine, int firstName,
        ref RandomStream random)
    {
        _firstName = firstName;
        if (depthwise is var (kernel, stride, dilation))
        {
            Weight weight = Weight.Uniform([inputs, 1, kernel, kernel], kernel * kernel, ref random);
            Depthwise = new Depthwise(kernel, stride, dilation, weight);
        }

        Pointwise = Weight.Uniform([outputs, inputs, 1, 1], inputs, ref random);
        Norm = new BatchNorm(outputs, affine);
    }

    public int Inputs => (int)Pointwise.Value.shape[1];

    public int Outputs => (int)Pointwise.Value.shape[0];

    public Depthwise? Depthwise { get; }

    /// <summary>[outputs, inputs, 1, 1].</summary>
    public Weight Pointwise { get; }

    public BatchNorm Norm { get; }

    public override void Visit(string prefix, Action<string, LayerTensor> visit)
    {
        int n = _firstName;
        if (Depthwise is not null) visit($"{prefix}op.{n++}.weight", Depthwise.Weight);
        visit($"{prefix}op.{n++}.weight", Pointwise);
        Norm.Visit($"{prefix}op.{n}.", visit);
    }
}

/// <summary>
/// A 3x3 pool with padding 1, then batch norm, without scale and shift in the derived network too; the average does not
/// count padding.
/// </summary>
internal sealed class PoolBn(bool max, int channels, int stride) : Stage
{
    public bool Max { get; } = max;

    public int Stride { get; } = stride;

    public BatchNorm Norm { get; } = new(channels, affine: false);

    public override void Visit(string prefix, Action<string, LayerTensor> visit) => Norm.Visit(prefix + "1.", visit);
}

/// <summary>
/// Halves the size without a window: ReLU, then two pointwise convolutions, one of the even pixels and one of the odd
/// ones, side by side in the channels, then batch norm. Needs an even size.
/// </summary>
internal sealed class FactorisedReduction : Stage
{
    public FactorisedReduction(int inputs, int outputs, bool affine, ref RandomStream random)
    {
        Even = Weight.Uniform([outputs / 2, inputs, 1, 1], inputs, ref random);
        Odd = Weight.Uniform([outputs / 2, inputs, 1, 1], inputs, ref random);
        Norm = new BatchNorm(outputs, affine);
    }

    /// <summary>Of pixels (0, 0), (0, 2), ...: [outputs / 2, inputs, 1, 1].</summary>
    public Weight Even { get; }

    /// <summary>Of pixels (1, 1), (1, 3), ...: [outputs / 2, inputs, 1, 1].</summary>
    public Weight Odd { get; }

    public BatchNorm Norm { get; }

    public override void Visit(string prefix, Action<string, LayerTensor> visit)
    {
        visit(prefix + "conv_1.weight", Even);
        visit(prefix + "conv_2.weight", Odd);
        Norm.Visit(prefix + "bn.", visit);
    }
}

/// <summary>A full 3x3 convolution with padding 1 of a stem, batch norm with scale and shift after it.</summary>
internal sealed class StemConv : Stage
{
    private readonly string _convName;
    private readonly string _normName;

    public StemConv(int inputs, int outputs, int stride, bool relu, (string Conv, string Norm) names, ref RandomStream random)
    {
        (_convName, _normName) = names;
        Stride = stride;
        Relu = relu;
        Kernel = Weight.Uniform([outputs, inputs, 3, 3], inputs * 9, ref random);
        Norm = new BatchNorm(outputs, affine: true);
    }

    public int Stride { get; }

    /// <summary>Whether a ReLU comes before the convolution.</summary>
    public bool Relu { get; }

    /// <summary>[outputs, inputs, 3, 3].</summary>
    public Weight Kernel { get; }

    public BatchNorm Norm { get; }

    public override void Visit(string prefix, Action<string, LayerTensor> visit)
    {
        visit($"{prefix}{_convName}.weight", Kernel);
        Norm.Visit($"{prefix}{_normName}.", visit);
    }
}

/// <summary>A linear layer.</summary>
internal sealed class LinearLayer : Layer
{
    public LinearLayer(int inputs, int outputs, ref RandomStream random)
    {
        Matrix = Weight.Uniform([outputs, inputs], inputs, ref random);
        Bias = Weight.Uniform([outputs], inputs, ref random);
    }

    /// <summary>[outputs, inputs].</summary>
    public Weight Matrix { get; }

    /// <summary>[outputs].</summary>
    public Weight Bias { get; }

    /// <summary>By libtorch, from [images, inputs] to [images, outputs].</summary>
    public Tensor Forward(Tensor x, WeightGradients? gradients) =>
        nn.functional.linear(x, gradients?.Use(Matrix) ?? Matrix.Value, gradients?.Use(Bias) ?? Bias.Value);

    public override void Visit(string prefix, Action<string, LayerTensor> visit)
    {
        visit(prefix + "weight", Matrix);
        visit(prefix + "bias", Bias);
    }
}
