using static TorchSharp.torch;

namespace SswpNas.MLNet.Data.Views.OnDevice;

/// <summary>What <see cref="GaussianBlur"/> does, for a batch in which each row has its own width.</summary>
internal static class BlurTensors
{
    /// <param name="views">[rows, channels, height, width], at least 2 x 2 pixels.</param>
    /// <param name="plans">One for each row, with a blur.</param>
    public static Tensor Blur(Tensor views, ViewPlan[] plans)
    {
        (float Centre, float Side)[] weights = [.. plans.Select(plan => GaussianBlur.Weights(plan.BlurSigma!.Value))];
        long[] shape = [plans.Length, 1, 1, 1];
        Tensor centre = Upload.Floats([.. weights.Select(w => w.Centre)], shape, views.device);
        Tensor side = Upload.Floats([.. weights.Select(w => w.Side)], shape, views.device);
        return Smooth(Smooth(views, 3, centre, side), 2, centre, side);
    }

    private static Tensor Smooth(Tensor views, int along, Tensor centre, Tensor side)
    {
        long length = views.shape[along];
        Tensor before = cat([views.narrow(along, 1, 1), views.narrow(along, 0, length - 1)], along);
        Tensor after = cat([views.narrow(along, 1, length - 1), views.narrow(along, length - 2, 1)], along);
        return TensorMath.Add(views.mul(centre), TensorMath.Add(before, after).mul(side));
    }
}
