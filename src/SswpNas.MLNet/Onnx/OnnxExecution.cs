using TorchSharp;
using static SswpNas.MLNet.Onnx.OnnxGraph;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Onnx;

/// <summary>
/// Writes a network's forward pass down as nodes of an ONNX graph, as it is after training: batch norm reads its
/// running statistics. Weights keep their state-dict names; nothing is folded (ONNX Runtime does that when it loads).
/// </summary>
internal sealed class OnnxExecution : IExecution<string>
{
    private readonly OnnxGraph _graph;
    private readonly Dictionary<Tensor, string> _names = new(ReferenceEqualityComparer.Instance);

    public OnnxExecution(OnnxGraph graph, Layer network)
    {
        _graph = graph;
        foreach ((string name, Tensor tensor) in NamedTensors.All(network)) _names.Add(tensor, name);
    }

    public string Run(string x, IReadOnlyList<Stage> stages) => stages.Aggregate(x, (value, stage) => stage switch
    {
        ConvBn block => ConvBn(value, block),
        PoolBn pool => Norm(Pool(value, pool), pool.Norm),
        FactorisedReduction reduction => Reduction(value, reduction),
        StemConv stem => Stem(value, stem),
        _ => throw new NotSupportedException($"There is no ONNX form of {stage.GetType().Name}."),
    });

    public string Sum(IReadOnlyList<ActiveEdge<string>> edges)
    {
        string[] outputs = [.. edges.Select(edge => Run(edge.Input, edge.Active.Stages))];
        return outputs.Length switch
        {
            1 => outputs[0],
            2 => _graph.Node("Add", outputs),
            _ => _graph.Node("Sum", outputs),
        };
    }

    public string Concat(IReadOnlyList<string> parts) => _graph.Node("Concat", parts, Attribute("axis", 1));

    public string GlobalAveragePool(string x) =>
        _graph.Node("Flatten", [_graph.Node("GlobalAveragePool", [x])], Attribute("axis", 1));

    /// <summary>A linear layer: x times the transposed matrix, plus bias.</summary>
    public string Linear(string x, LinearLayer layer) =>
        _graph.Node("Gemm", [x, Constant(layer.Matrix.Value), Constant(layer.Bias.Value)], Attribute("transB", 1));

    public void Release(string x)
    {
    }

    private string ConvBn(string x, ConvBn block)
    {
        x = Relu(x);
        if (block.Depthwise is Depthwise depthwise)
        {
            x = _graph.Node(
                "Conv",
                [x, Constant(depthwise.Weight.Value)],
                Square("kernel_shape", depthwise.Kernel),
                Square("strides", depthwise.Stride),
                Square("dilations", depthwise.Dilation),
                Padding(depthwise.Padding),
                Attribute("group", block.Inputs));
        }

        return Norm(Pointwise(x, block.Pointwise, stride: 1), block.Norm);
    }

    private string Pool(string x, PoolBn pool)
    {
        List<Proto.AttributeProto> attributes = [Square("kernel_shape", 3), Square("strides", pool.Stride), Padding(1)];
        if (!pool.Max) attributes.Add(Attribute("count_include_pad", 0));
        return _graph.Node(pool.Max ? "MaxPool" : "AveragePool", [x], [.. attributes]);
    }

    private string Reduction(string x, FactorisedReduction reduction)
    {
        x = Relu(x);
        string ends = _graph.Integers("slice.ends", int.MaxValue, int.MaxValue);
        string odd = _graph.Node(
            "Slice", [x, _graph.Integers("slice.starts", 1, 1), ends, _graph.Integers("slice.axes", 2, 3)]);
        string both = Concat([Pointwise(x, reduction.Even, stride: 2), Pointwise(odd, reduction.Odd, stride: 2)]);
        return Norm(both, reduction.Norm);
    }

    private string Stem(string x, StemConv stem)
    {
        if (stem.Relu) x = Relu(x);
        x = _graph.Node(
            "Conv",
            [x, Constant(stem.Kernel.Value)],
            Square("kernel_shape", 3), Square("strides", stem.Stride), Padding(1));
        return Norm(x, stem.Norm);
    }

    private string Relu(string x) => _graph.Node("Relu", [x]);

    private string Pointwise(string x, Weight weight, int stride) =>
        _graph.Node("Conv", [x, Constant(weight.Value)], Square("kernel_shape", 1), Square("strides", stride));

    private string Norm(string x, BatchNorm norm) => _graph.Node(
        "BatchNormalization",
        [
            x,
            norm.Scale is null ? Filled("ones", 1, norm.Channels) : Constant(norm.Scale.Value),
            norm.Shift is null ? Filled("zeros", 0, norm.Channels) : Constant(norm.Shift.Value),
            Constant(norm.Mean),
            Constant(norm.Variance),
        ],
        Attribute("epsilon", (float)BatchNorm.Epsilon));

    private string Filled(string name, float value, int length) =>
        _graph.Floats($"{name}.{length}", [length], () => [.. Enumerable.Repeat(value, length)]);

    private string Constant(Tensor tensor) => _graph.Floats(_names[tensor], tensor.shape, () => Values(tensor));

    private static float[] Values(Tensor tensor)
    {
        using DisposeScope scope = NewDisposeScope();
        return [.. tensor.detach().to(ScalarType.Float32).cpu().contiguous().data<float>()];
    }

    private static Proto.AttributeProto Square(string name, int n) => Attribute(name, [n, n]);

    private static Proto.AttributeProto Padding(int n) => Attribute("pads", [n, n, n, n]);
}
