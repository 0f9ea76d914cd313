using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SswpNas.MLNet.Objectives;

/// <summary>BYOL's loss between what the student predicts and what the teacher projects.</summary>
internal static class SelfDistillation
{
    /// <summary>
    /// The mean over all views of |q(i) - z(j)|^2 = 2 - 2 s(q(i), z(j)), j the other view of the same image, q and z of
    /// length 1, s the cosine similarity. Both directions are in it: it is symmetric.
    /// </summary>
    /// <param name="predictions">[2N, d] of the student; rows 0..N-1 are the first views, N..2N-1 the second ones.</param>
    /// <param name="targets">[2N, d] of the teacher, the same views in the same order; no gradient goes there.</param>
    public static Tensor Loss(Tensor predictions, Tensor targets)
    {
        using Tensor fixedTargets = targets.detach();
        using Tensor other = fixedTargets.roll(targets.shape[0] / 2, 0);
        using Tensor similarity = cosine_similarity(predictions, other, dim: 1, eps: 1e-8);
        using Tensor mean = similarity.mean();
        using Scalar minusTwo = -2, two = 2;
        using Tensor doubled = mean.mul(minusTwo);
        return doubled.add(two);
    }
}
