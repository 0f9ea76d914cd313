using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SswpNas.MLNet.Benchmarks.Port;

/// <summary>
/// The seven candidate operations of DARTS as torch.nn modules, one call of libtorch after the other, in the default
/// layout. State-dict names are those of the published code.
/// </summary>
internal static class Operations
{
    public const int Count = 7;

    /// <summary>Candidates from this number on have weights.</summary>
    public const int FirstParameterised = 3;

    public const int Skip = 0;

    public static Module<Tensor, Tensor> Create(int operation, int channels, int stride) => operation switch
    {
        Skip => stride == 1 ? Identity() : new FactorizedReduce(channels, channels),
        1 => Pool(MaxPool2d(3, stride: stride, padding: 1), channels),
        2 => Pool(AvgPool2d(3, stride: stride, padding: 1, count_include_pad: false), channels),
        3 => new ConvBlock(channels, Separable(channels, 3, stride)),
        4 => new ConvBlock(channels, Separable(channels, 5, stride)),
        5 => new ConvBlock(channels, Dilated(channels, 3, stride)),
        6 => new ConvBlock(channels, Dilated(channels, 5, stride)),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "0 to 6 was expected."),
    };

    public static BatchNorm2d Norm(int channels, bool affine = false) => BatchNorm2d(channels, affine: affine);

    private static Sequential Pool(Module<Tensor, Tensor> pool, int channels) => Sequential(pool, Norm(channels));

    private static Module<Tensor, Tensor>[] Separable(int c, int kernel, int stride) =>
        [.. Depthwise(c, kernel, stride, 1), .. Depthwise(c, kernel, 1, 1)];

    private static Module<Tensor, Tensor>[] Dilated(int c, int kernel, int stride) => Depthwise(c, kernel, stride, 2);

    private static Module<Tensor, Tensor>[] Depthwise(int c, int kernel, int stride, int dilation) =>
    [
        ReLU(),
        Conv2d(c, c, kernel, stride, dilation * (kernel - 1) / 2, dilation, groups: c, bias: false),
        Conv2d(c, c, 1, bias: false),
        Norm(c),
    ];
}

/// <summary>A chain of modules under the name "op": separable and dilated convolutions.</summary>
internal sealed class ConvBlock : Module<Tensor, Tensor>
{
    private readonly Sequential op;

    public ConvBlock(int channels, params Module<Tensor, Tensor>[] modules)
        : base($"{nameof(ConvBlock)}{channels}")
    {
        op = Sequential(modules);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => op.call(input);

    /// <summary>ReLU, pointwise convolution, batch norm: what brings a cell's inputs to its width.</summary>
    public static ConvBlock Pointwise(int inputs, int outputs) =>
        new(outputs, ReLU(), Conv2d(inputs, outputs, 1, bias: false), Operations.Norm(outputs));
}

/// <summary>Two pointwise convolutions of stride 2, of the even pixels and of the odd ones, side by side.</summary>
internal sealed class FactorizedReduce : Module<Tensor, Tensor>
{
    private readonly ReLU relu;
    private readonly Conv2d conv_1;
    private readonly Conv2d conv_2;
    private readonly BatchNorm2d bn;

    public FactorizedReduce(int inputs, int outputs)
        : base(nameof(FactorizedReduce))
    {
        relu = ReLU();
        conv_1 = Conv2d(inputs, outputs / 2, 1, stride: 2, bias: false);
        conv_2 = Conv2d(inputs, outputs / 2, 1, stride: 2, bias: false);
        bn = Operations.Norm(outputs);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using Tensor active = relu.call(input);
        using Tensor shifted = active[.., .., 1.., 1..];
        using Tensor even = conv_1.call(active);
        using Tensor odd = conv_2.call(shifted);
        using Tensor both = cat([even, odd], dim: 1);
        return bn.call(both);
    }
}
