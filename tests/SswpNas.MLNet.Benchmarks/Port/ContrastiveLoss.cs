using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SswpNas.MLNet.Benchmarks.Port;

/// <summary>InfoNCE as in common SimCLR code: the positive, then the negatives, cross entropy with class 0.</summary>
internal static class ContrastiveLoss
{
    /// <param name="projections">First views of all images, then their second views, [2N, d].</param>
    /// <param name="temperature">Above 0.</param>
    public static Tensor Of(Tensor projections, double temperature)
    {
        long views = projections.shape[0];
        using var scope = NewDisposeScope();
        Tensor image = arange(views / 2, device: projections.device).repeat(2);
        Tensor same = image.unsqueeze(0).eq(image.unsqueeze(1));
        Tensor unit = normalize(projections, dim: 1);
        Tensor similarity = unit.matmul(unit.t());
        Tensor others = eye(views, dtype: ScalarType.Bool, device: projections.device).logical_not();
        same = same[others].view(views, -1);
        similarity = similarity[others].view(views, -1);
        Tensor positives = similarity[same].view(views, -1);
        Tensor negatives = similarity[same.logical_not()].view(views, -1);
        Tensor logits = cat([positives, negatives], dim: 1) / temperature;
        Tensor first = zeros(views, dtype: ScalarType.Int64, device: projections.device);
        return cross_entropy(logits, first).MoveToOuterDisposeScope();
    }
}
