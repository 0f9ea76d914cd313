using SswpNas.MLNet.Tensors;
using SswpNas.MLNet.Training.Engines;
using SswpNas.MLNet.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Training;

[TestClass]
[DoNotParallelize]
public sealed class LossMeanTests
{
    [TestMethod]
    public void NumbersAreKnownAtOnce()
    {
        using LossMean mean = new() { Before = 7 };
        Assert.AreEqual(7, mean.Shown);

        mean.Add(LossValue.Of(1));
        mean.Add(LossValue.Of(2));

        Assert.AreEqual(1.5, mean.Shown);
        long waits = HostSync.Count;
        Assert.AreEqual(1.5, mean.Fetch());
        Assert.AreEqual(waits, HostSync.Count);
    }

    [TestMethod]
    public void WhatIsQueuedComesByOneWait()
    {
        using DisposeScope scope = NewDisposeScope();
        using LossMean mean = new() { Before = 7 };
        long tensors = LiveTensors.Settled(), waits = HostSync.Count;
        foreach (float loss in new[] { 1f, float.NaN, 4f, float.PositiveInfinity })
        {
            using Tensor value = tensor(loss);
            mean.Add(LossValue.Queued(value));
        }

        Assert.AreEqual(7, mean.Shown);
        Assert.AreEqual(waits, HostSync.Count);
        Assert.AreEqual(2.5, mean.Fetch());

        Assert.AreEqual(waits + 1, HostSync.Count);
        Assert.AreEqual(2.5, mean.Shown);
        Assert.AreEqual((4, 2), (mean.Steps, mean.NotFinite));
        Assert.AreEqual(tensors, Tensor.TotalCount);
    }

    [TestMethod]
    public void LossesThatAreNoNumbersAreCounted()
    {
        using LossMean mean = new();
        mean.Add(LossValue.Of(double.NaN));
        Assert.IsTrue(double.IsNaN(mean.Shown));
        mean.Add(LossValue.Of(3));

        Assert.AreEqual(3, mean.Fetch());
        Assert.AreEqual(1, mean.NotFinite);
    }

    [TestMethod]
    public void WhatWasSavedGoesOn()
    {
        using DisposeScope scope = NewDisposeScope();
        using LossMean mean = new(), other = new();
        mean.Add(LossValue.Of(double.NaN));
        using (Tensor value = tensor(3f)) mean.Add(LossValue.Queued(value));

        other.State = mean.State;
        other.Add(LossValue.Of(5));

        Assert.AreEqual((4.0, 3, 1), (other.Mean, other.Steps, other.NotFinite));
    }
}
