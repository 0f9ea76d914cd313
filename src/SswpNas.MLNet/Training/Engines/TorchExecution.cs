using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SswpNas.MLNet.Training.Engines;

/// <summary>
/// Runs a network by libtorch's functional operations and autograd: the reference, and the way to a GPU. One object is
/// one pass. Calls belong inside a dispose scope; handles of intermediate values are let go of at once, what a
/// backward pass needs is kept by its graph.
/// </summary>
/// <remarks>
/// In 16 bits the stem takes the images to them, weights are cast where they are used, so that their gradients have 32, and
/// the features are means in 32 again. Batch norm takes values of 16 bits and computes in 32, with statistics of 32.
/// </remarks>
internal sealed class TorchExecution(Pass pass, WeightGradients? gradients = null, Precision precision = Precision.Float32)
    : ITrainingExecution<Tensor>
{
    private readonly record struct GatedNode(Tensor Output, List<(Gate Gate, Tensor Value)> Values);

    /// <summary>Sees every value that a ReLU is about to read; null for nobody.</summary>
    public Action<Tensor>? BeforeRelu { get; init; }

    private readonly bool _narrow = precision == Precision.BFloat16 && !pass.FullPrecision;

    private readonly HashSet<Tensor> _kept = new(ReferenceEqualityComparer.Instance);
    private readonly List<GatedNode> _gated = [];

    public Tensor Run(Tensor x, IReadOnlyList<Stage> stages) =>
        Run(x, stages, pass.UpdateStatistics ? BatchNorm.Momentum : 0);

    public Tensor Sum(IReadOnlyList<ActiveEdge<Tensor>> edges) => GatedSum(edges, []);

    public Tensor GatedSum(IReadOnlyList<ActiveEdge<Tensor>> edges, IReadOnlyList<Gate> gates)
    {
        Tensor[] outputs = new Tensor[edges.Count];
        for (int i = 0; i < outputs.Length; i++) outputs[i] = Output(edges[i]);
        Tensor sum = outputs.Length > 1 ? TensorMath.Add(outputs[0], outputs[1]) : outputs[0].alias();
        using Scalar one = 1;
        for (int i = 2; i < outputs.Length; i++) sum.add_(outputs[i], alpha: one);
        if (pass.GateGradients && gates.Count > 0) sum = Gated(sum, edges, gates, outputs);
        for (int i = 0; i < outputs.Length; i++)
        {
            if (!ReferenceEquals(outputs[i], edges[i].Input)) outputs[i].Dispose();
        }

        return sum;
    }

    public Tensor Concat(IReadOnlyList<Tensor> parts) => cat([.. parts], 1);

    public Tensor GlobalAveragePool(Tensor x) => x.mean([2, 3], type: ScalarType.Float32);

    public Tensor CornerPool(Tensor x)
    {
        CornerWindows windows = CornerWindows.Of((int)x.shape[2]);
        using Tensor active = relu(x);
        using Tensor means = avg_pool2d(active, windows.Side, windows.Stride);
        using Tensor channelsLast = means.permute(0, 2, 3, 1);
        using Tensor flat = channelsLast.reshape(x.shape[0], -1);
        return As(flat, ScalarType.Float32);
    }

    public void Release(Tensor x)
    {
        if (!_kept.Contains(x)) x.Dispose();
    }

    /// <summary>
    /// After the backward pass of an architecture step: the gradient of every gate, &lt;o_j(x), dL/dy&gt; (section 3.2), brought
    /// to the host at once.
    /// </summary>
    public void CollectGates()
    {
        if (_gated.Count == 0) return;
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        List<Tensor> products = [];
        foreach (GatedNode node in _gated)
        {
            Tensor gradient = node.Output.grad ?? throw new InvalidOperationException(
                "There are no gate gradients before the backward pass of the loss.");
            products.AddRange(node.Values.Select(v => (Wide(v.Value) * Wide(gradient)).sum()));
        }

        float[] values = HostSync.Numbers(stack(products)); // the one wait of an architecture step
        int next = 0;
        foreach (GatedNode node in _gated)
        {
            foreach ((Gate gate, Tensor value) in node.Values)
            {
                gate.Gradients[(int)gate.Candidate.Kind] = values[next++];
                value.Dispose();
            }

            node.Output.Dispose();
        }

        _gated.Clear();
        _kept.Clear();
    }

    private Tensor Output(in ActiveEdge<Tensor> edge)
    {
        Tensor output = Run(edge.Input, edge.Active.Stages);
        return pass.DropPath is { } drop && !edge.Active.IsIdentity ? Drop(output, drop) : output;
    }

    /// <summary>As in DARTS: a zero or one for each image, scaled so that the mean stays.</summary>
    private static Tensor Drop(Tensor output, DropPath drop)
    {
        float[] mask = drop.NextFactors((int)output.shape[0]);
        using Tensor factors = Upload.Floats(mask, [mask.Length, 1, 1, 1], output.device);
        using Tensor alike = As(factors, output.dtype);
        return Then(output, output * alike);
    }

    /// <summary>
    /// Makes dL/dy available for the node's output y and remembers the outputs of the candidates that are asked for.
    /// Candidates that are not active run as in training, but leave no graph and no trace in running statistics.
    /// </summary>
    private Tensor Gated(
        Tensor sum, IReadOnlyList<ActiveEdge<Tensor>> edges, IReadOnlyList<Gate> gates, Tensor[] outputs)
    {
        if (sum.requires_grad) sum.retain_grad();
        else sum = Then(sum, sum.detach()).requires_grad_();
        using IDisposable noGrad = no_grad();
        List<(Gate, Tensor)> values = [];
        foreach (Gate gate in gates)
        {
            bool active = ReferenceEquals(gate.Candidate, edges[gate.Edge].Active);
            Tensor output = active ? outputs[gate.Edge] : Run(edges[gate.Edge].Input, gate.Candidate.Stages, momentum: 0);
            values.Add((gate, active || gate.Candidate.IsIdentity ? output.detach() : output));
        }

        _kept.Add(sum);
        _gated.Add(new GatedNode(sum, values));
        return sum;
    }

    private Tensor Run(Tensor x, IReadOnlyList<Stage> stages, double momentum)
    {
        Tensor y = x;
        foreach (Stage stage in stages)
        {
            Tensor next = Run(y, stage, momentum);
            if (!ReferenceEquals(y, x)) y.Dispose();
            y = next;
        }

        return y;
    }

    private Tensor Run(Tensor x, Stage stage, double momentum) => stage switch
    {
        ConvBn s => Norm(Convolve(x, s), s.Norm, momentum),
        PoolBn s => Norm(Pool(x, s), s.Norm, momentum),
        FactorisedReduction s => Norm(Halve(x, s), s.Norm, momentum),
        StemConv s => Norm(Convolve(x, s), s.Norm, momentum),
        _ => throw new ArgumentException($"There is no way to run a {stage.GetType().Name}.", nameof(stage)),
    };

    private Tensor Convolve(Tensor x, ConvBn stage)
    {
        Tensor y = Relu(x);
        if (stage.Depthwise is Depthwise d)
        {
            y = Then(y, conv2d(
                y, Kernel(d.Weight), null, [d.Stride, d.Stride], [d.Padding, d.Padding], [d.Dilation, d.Dilation], stage.Inputs));
        }

        return Then(y, conv2d(y, Kernel(stage.Pointwise)));
    }

    private Tensor Convolve(Tensor x, StemConv stage)
    {
        Tensor y = stage.Relu ? Relu(x) : x.alias();
        if (_narrow) y = Then(y, As(y, ScalarType.BFloat16));
        return Then(y, conv2d(y, Kernel(stage.Kernel), null, [stage.Stride, stage.Stride], [1, 1]));
    }

    private Tensor Relu(Tensor x)
    {
        BeforeRelu?.Invoke(x);
        return relu(x);
    }

    private static Tensor Pool(Tensor x, PoolBn stage) => stage.Max
        ? max_pool2d(x, 3, stage.Stride, 1)
        : avg_pool2d(x, 3, stage.Stride, 1, count_include_pad: false);

    private Tensor Halve(Tensor x, FactorisedReduction stage)
    {
        using Tensor y = Relu(x);
        using Tensor shifted = y[.., .., 1.., 1..];
        using Tensor even = conv2d(y, Kernel(stage.Even), null, [2, 2]);
        using Tensor odd = conv2d(shifted, Kernel(stage.Odd), null, [2, 2]);
        return cat([even, odd], 1);
    }

    /// <summary>Momentum 0 leaves running statistics as they are.</summary>
    private Tensor Norm(Tensor x, BatchNorm norm, double momentum) => Then(x, batch_norm(
        x, norm.Mean, norm.Variance, norm.Scale is null ? null : Value(norm.Scale),
        norm.Shift is null ? null : Value(norm.Shift), pass.Training, momentum, BatchNorm.Epsilon));

    private Tensor Value(Weight weight) =>
        gradients is null || !is_grad_enabled() ? weight.Value : gradients.Use(weight);

    /// <summary>
    /// A weight of a convolution in the precision of the pass. The copy of 16 bits belongs to the dispose scope; autograd
    /// takes its gradient back to the weight of 32.
    /// </summary>
    private Tensor Kernel(Weight weight)
    {
        Tensor value = Value(weight);
        return _narrow ? value.to(ScalarType.BFloat16) : value;
    }

    /// <summary>Another handle, of that type.</summary>
    private static Tensor As(Tensor x, ScalarType type) => x.dtype == type ? x.alias() : x.to(type);

    private Tensor Wide(Tensor x) => _narrow ? x.to(ScalarType.Float32) : x;

    private static Tensor Then(Tensor before, Tensor after)
    {
        before.Dispose();
        return after;
    }
}
