using SswpNas.MLNet.Objectives;
using TorchSharp;

namespace SswpNas.MLNet.Tests.Objectives;

/// <summary>
/// A number that TorchSharp turns into a scalar by itself may be collected while libtorch still reads it, and a search of
/// hours dies of it. Where a step runs, scalars are held by a name.
/// </summary>
[TestClass]
public sealed class InfoNceRaceTests
{
    [TestMethod]
    [TestCategory("Slow")]
    public void TheLossBearsAGarbageCollectionAtAnyTime()
    {
        using CancellationTokenSource over = new(TimeSpan.FromSeconds(4));
        Thread collector = new(() =>
        {
            while (!over.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        using torch.Tensor row = torch.linspace(-1, 1, 16 * 4);
        using torch.Tensor features = row.reshape(16, 4);
        using torch.Tensor first = InfoNce.Loss(features, 0.2);
        float expected = first.item<float>();
        long calls = 0;
        while (!over.IsCancellationRequested)
        {
            using torch.Tensor loss = InfoNce.Loss(features, 0.2);
            Assert.AreEqual(expected, loss.item<float>());
            calls++;
        }

        collector.Join();
        Assert.IsGreaterThan(1000, calls);
    }
}
