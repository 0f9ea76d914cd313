using TorchSharp;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Execution;

/// <summary>Operations whose numbers TorchSharp would let the collector take while libtorch reads them.</summary>
internal static class TensorMath
{
    public static Tensor Add(Tensor a, Tensor b)
    {
        using Scalar one = 1;
        return a.add(b, alpha: one);
    }
}
