using SswpNas.MLNet.Numerics;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Softmax = SswpNas.MLNet.Numerics.Softmax;

namespace SswpNas.MLNet.Benchmarks.Port;

/// <summary>
/// An edge with all candidates, binary gates and alphas, in the published code's mode "two": two operations are sampled
/// and both are computed in every step; the gate of one is 1, and of the other 0. Autograd finds the gates' gradients.
/// </summary>
internal sealed class MixedEdge : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor>[] _operations = new nn.Module<Tensor, Tensor>[Operations.Count];
    private readonly Parameter _gates;
    private readonly Parameter _alpha;
    private Parameter[][]? _weights;
    private (float Active, float Inactive) _before;

    public MixedEdge(int channels, int stride)
        : base(nameof(MixedEdge))
    {
        for (int k = 0; k < _operations.Length; k++)
        {
            _operations[k] = Operations.Create(k, channels, stride);
            register_module($"{k}", _operations[k]);
        }

        _gates = nn.Parameter(zeros(Operations.Count));
        _alpha = nn.Parameter(zeros(Operations.Count));
        register_parameter("binary_gates", _gates);
        register_parameter("alpha", _alpha);
    }

    public int Active { get; private set; }

    public int Inactive { get; private set; } = 1;

    /// <summary>False: only the active operation is computed, which leaves the gates without gradients.</summary>
    public bool ComputesBoth { get; set; } = true;

    public Parameter Alpha => _alpha;

    /// <summary>Takes two operations for the next step; operations' gradients of the last one are dropped.</summary>
    public void Choose(int active, int inactive)
    {
        (Active, Inactive) = (active, inactive);
        float[] gates = new float[Operations.Count];
        gates[active] = 1;
        using (no_grad())
        {
            using Tensor chosen = tensor(gates);
            _gates.copy_(chosen);
        }

        _gates.grad = null;
        _weights ??= [.. _operations.Select(o => o.parameters().ToArray())];
        foreach (Parameter[] weights in _weights)
        {
            foreach (Parameter weight in weights) weight.grad = null;
        }
    }

    /// <summary>Samples two operations from softmax(alpha), then one by the softmax over just the two.</summary>
    /// <param name="random">The draws.</param>
    /// <param name="skipDropout">How often a sampled skip makes both be drawn again, among those with weights.</param>
    public void Sample(ref RandomStream random, double skipDropout)
    {
        float[] alpha = Alphas();
        (int first, int second) = Two(Softmax.Of(alpha), ref random);
        if ((first == Operations.Skip || second == Operations.Skip) && random.NextBool(skipDropout))
        {
            double[] parameterised = Softmax.Of(alpha);
            parameterised.AsSpan(0, Operations.FirstParameterised).Clear();
            (first, second) = Two(parameterised, ref random);
        }

        double[] pair = Softmax.Of([alpha[first], alpha[second]]);
        if (random.NextBool(pair[0])) Choose(first, second);
        else Choose(second, first);
    }

    public override Tensor forward(Tensor input)
    {
        using Tensor activeGate = _gates[Active];
        using Tensor active = _operations[Active].call(input);
        Tensor output = activeGate * active;
        if (!ComputesBoth) return output;
        using Tensor other = _operations[Inactive].call(input);
        using Tensor detached = other.detach();
        using Tensor inactiveGate = _gates[Inactive];
        using Tensor nothing = inactiveGate * detached;
        using Tensor before = output;
        return before + nothing;
    }

    /// <summary>dL/dalpha of the two operations from their gates' gradients; remembers the two alphas.</summary>
    public void SetAlphaGradient()
    {
        using Tensor gateGradient = _gates.grad ?? throw new InvalidOperationException("The gates have no gradient.");
        using Tensor here = gateGradient.cpu();
        float[] gates = here.data<float>().ToArray();
        float[] alpha = Alphas();
        int[] pair = [Active, Inactive];
        double[] p = Softmax.Of([alpha[Active], alpha[Inactive]]);
        float[] gradient = new float[Operations.Count];
        for (int i = 0; i < pair.Length; i++)
        {
            for (int j = 0; j < pair.Length; j++)
                gradient[pair[i]] += (float)(gates[pair[j]] * p[j] * ((i == j ? 1 : 0) - p[i]));
        }

        _alpha.grad = tensor(gradient, device: _alpha.device);
        _before = (alpha[Active], alpha[Inactive]);
    }

    /// <summary>After the optimiser's step: the sum of exp over the two alphas becomes what it was.</summary>
    public void Rescale()
    {
        float[] alpha = Alphas();
        double now = Math.Exp(alpha[Active]) + Math.Exp(alpha[Inactive]);
        double offset = Math.Log(now / (Math.Exp(_before.Active) + Math.Exp(_before.Inactive)));
        alpha[Active] -= (float)offset;
        alpha[Inactive] -= (float)offset;
        using IDisposable noGrad = no_grad();
        using Tensor rescaled = tensor(alpha);
        _alpha.copy_(rescaled);
    }

    /// <summary>A copy of the seven alphas.</summary>
    public float[] Alphas()
    {
        using Tensor detached = _alpha.detach();
        using Tensor here = detached.cpu();
        return here.data<float>().ToArray();
    }

    private static (int First, int Second) Two(double[] p, ref RandomStream random)
    {
        int first = random.NextIndex(p);
        p[first] = 0;
        return (first, random.NextIndex(p));
    }
}
