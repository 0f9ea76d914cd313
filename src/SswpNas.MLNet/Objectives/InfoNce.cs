using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SswpNas.MLNet.Objectives;

/// <summary>The contrastive loss of two views of each image (section 3.3, eq. 4 and 5).</summary>
internal static class InfoNce
{
    /// <summary>
    /// The mean over all views of -log(exp(s(i, j) / t) / sum over k != i of exp(s(i, k) / t)), j the other view of the
    /// same image, s the cosine similarity.
    /// </summary>
    /// <param name="features">[2N, d]; rows 0..N-1 are the first views, N..2N-1 the second ones of the same images.</param>
    /// <param name="temperature">t, above 0.</param>
    public static Tensor Loss(Tensor features, double temperature)
    {
        int views = (int)features.shape[0];
        if (views < 2 || views % 2 != 0)
            throw new ArgumentException($"{views} views came; two of each of at least one image were expected.", nameof(features));
        using Tensor unit = normalize(features, 2, 1);
        using Scalar t = temperature, never = float.NegativeInfinity;
        using Tensor scaled = unit.div(t);
        using Tensor turned = unit.t();
        using Tensor similarity = scaled.matmul(turned);
        using Tensor self = eye(views, dtype: ScalarType.Bool, device: features.device);
        using Tensor logits = similarity.masked_fill(self, never);
        long[] partners = [.. Enumerable.Range(0, views).Select(i => (long)((i + (views / 2)) % views))];
        using Tensor other = Upload.Longs(partners, [views], features.device);
        return cross_entropy(logits, other);
    }
}
