using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Training;

[TestClass]
public sealed class AdamOptimizerTests
{
    private const double Rate = 0.01, Beta1 = 0.9, Beta2 = 0.99, Decay = 0.05;

    /// <summary>Eight steps, of which every third leaves the weight out, against libtorch's AdamW over the others.</summary>
    [TestMethod]
    public void ItIsAdamWithDecoupledDecayOverTheStepsThatAWeightTookPartIn()
    {
        using DisposeScope scope = NewDisposeScope();
        using Weight weight = new(linspace(-1, 1, 20));
        TorchSharp.Modules.Parameter reference = new(weight.Value.clone());
        using optim.Optimizer expected = optim.AdamW([reference], Rate, Beta1, Beta2, eps: 1e-8, weight_decay: Decay);
        AdamOptimizer optimizer = new([weight], Beta1, Beta2, Decay, clip: 1e9);
        for (int step = 0; step < 8; step++)
        {
            weight.HasGradient = step % 3 != 2;
            Tensor gradient = (linspace(0, 3, 20) + step).sin();
            weight.EnsureGradient().copy_(gradient);
            optimizer.Step(Rate);
            if (!weight.HasGradient) continue;
            reference.grad = gradient;
            expected.step();
        }

        Assert.IsLessThan(1e-6, (weight.Value - reference).abs().max().item<float>());
    }

    [TestMethod]
    public void TheGradientIsClippedBeforeTheMoments()
    {
        using DisposeScope scope = NewDisposeScope();
        using Weight weight = new(zeros(4));
        weight.EnsureGradient().fill_(10);
        weight.HasGradient = true;

        new AdamOptimizer([weight], Beta1, Beta2, 0, clip: 5).Step(Rate);

        Assert.AreEqual((1 - Beta1) * 2.5, weight.Momentum![0].item<float>(), 1e-5);
    }

    [TestMethod]
    public void AFreshDeviceForgetsTheMoments()
    {
        using Weight weight = new(zeros(4));
        weight.EnsureGradient().fill_(1);
        weight.HasGradient = true;
        new AdamOptimizer([weight], Beta1, Beta2, 0, clip: 5).Step(Rate);

        weight.MoveTo(CPU);

        Assert.IsNull(weight.Momentum);
        Assert.IsNull(weight.SecondMoment);
        Assert.AreEqual(0, weight.Steps);
    }
}
