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
    private const int Calls = 20_000;

    [TestMethod]
    [TestCategory("Long")]
    public void TheLossBearsAGarbageCollectionAtAnyTime()
    {
        using CancellationTokenSource over = new();
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
        try
        {
            for (int call = 0; call < Calls; call++)
            {
                using torch.Tensor loss = InfoNce.Loss(features, 0.2);
                Assert.AreEqual(expected, loss.item<float>());
            }
        }
        finally
        {
            over.Cancel();
            collector.Join();
        }
    }
}
