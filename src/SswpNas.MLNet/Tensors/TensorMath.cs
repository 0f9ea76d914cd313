using TorchSharp;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tensors;

/// <summary>Operations whose numbers TorchSharp would let the collector take while libtorch reads them.</summary>
internal static class TensorMath
{
    public static Tensor Add(Tensor a, Tensor b)
    {
        using Scalar one = 1;
        return a.add(b, alpha: one);
    }

    public static Tensor Add(Tensor a, float b)
    {
        using Scalar number = b, one = 1;
        return a.add(number, alpha: one);
    }

    public static Tensor Multiply(Tensor a, float b)
    {
        using Scalar number = b;
        return a.mul(number);
    }

    /// <summary>b - a.</summary>
    public static Tensor From(float b, Tensor a)
    {
        using Tensor negative = a.neg();
        return Add(negative, b);
    }

    /// <summary>1 where a number is 0, else 0.</summary>
    public static Tensor Zeros(Tensor a)
    {
        using Scalar zero = 0;
        using Tensor equal = a.eq(zero);
        return equal.to(a.dtype);
    }

    /// <summary>Held within 0 to 1.</summary>
    public static Tensor Unit(Tensor a)
    {
        using Scalar zero = 0, one = 1;
        return a.clamp(zero, one);
    }
}
