using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Native;

[TestClass]
public sealed class LibtorchLoadingTests
{
    [TestMethod]
    public void ATensorOperationWithBackwardAndAnOptimiserStepWorks()
    {
        using IDisposable scope = NewDisposeScope();
        Parameter weight = new(tensor([2f, -3f]));
        using optim.Optimizer optimizer = optim.SGD([weight], 0.1);

        Tensor loss = weight.square().sum();
        loss.backward();
        optimizer.step();

        Assert.AreEqual(13f, loss.item<float>());
        CollectionAssert.AreEqual(new[] { 4f, -6f }, weight.grad!.data<float>().ToArray());
        CollectionAssert.AreEqual(new[] { 1.6f, -2.4f }, weight.detach().data<float>().ToArray());
    }
}
