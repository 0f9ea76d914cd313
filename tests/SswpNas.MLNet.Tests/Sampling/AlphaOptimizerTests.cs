using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Search;
using SswpNas.MLNet.SearchSpace;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Sampling;

[TestClass]
public sealed class AlphaOptimizerTests
{
    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.5)]
    public void StepsAreTorchsAdam(double beta1)
    {
        using IDisposable scope = NewDisposeScope();
        float[][][] alphas = Zeros<float>(1);
        Parameter reference = new(zeros(98));
        using optim.Optimizer adam = optim.Adam([reference], 1e-2, beta1, 0.99, 1e-8);
        AlphaOptimizer optimizer = new(1, 1e-2, beta1, 0.99);
        for (int step = 0; step < 20; step++)
        {
            double[][][] gradients = Gradients(1, step);
            reference.grad = tensor([.. gradients[0].SelectMany(e => e).Select(g => (float)g)]);
            adam.step();
            optimizer.Step(alphas, gradients, [false]);
        }

        float[] expected = reference.detach().data<float>().ToArray();
        float[] actual = [.. alphas[0].SelectMany(e => e)];
        for (int i = 0; i < expected.Length; i++) Assert.AreEqual(expected[i], actual[i], 1e-5);
    }

    [TestMethod]
    public void FrozenCellsStayAsTheyAre()
    {
        float[][][] alphas = Zeros<float>(2);
        AlphaOptimizer optimizer = new(2, 1e-2, 0.5, 0.99);
        optimizer.Step(alphas, Gradients(2, 0), [true, false]);
        Assert.IsTrue(alphas[0].SelectMany(e => e).All(a => a == 0));
        Assert.IsTrue(alphas[1].SelectMany(e => e).All(a => a != 0));
        Assert.IsTrue(optimizer.State.Second[..98].All(v => v == 0));
    }

    [TestMethod]
    public void ASavedStateContinuesBitByBit()
    {
        float[][][] straight = Zeros<float>(1);
        AlphaOptimizer one = new(1, 1e-2, 0.5, 0.99);
        for (int step = 0; step < 6; step++) one.Step(straight, Gradients(1, step), [false]);

        float[][][] resumed = Zeros<float>(1);
        AlphaOptimizer before = new(1, 1e-2, 0.5, 0.99);
        for (int step = 0; step < 3; step++) before.Step(resumed, Gradients(1, step), [false]);
        AlphaOptimizer after = new(1, 1e-2, 0.5, 0.99) { State = before.State };
        for (int step = 3; step < 6; step++) after.Step(resumed, Gradients(1, step), [false]);

        CollectionAssert.AreEqual(straight[0].SelectMany(e => e).ToArray(), resumed[0].SelectMany(e => e).ToArray());
    }

    [TestMethod]
    public void AStateOfAnotherSizeIsRefused() =>
        Assert.ThrowsExactly<ArgumentException>(
            () => new AlphaOptimizer(1, 1e-2, 0, 0.99) { State = new AlphaOptimizer(2, 1e-2, 0, 0.99).State });

    private static T[][][] Zeros<T>(int cells) =>
        [.. Enumerable.Range(0, cells).Select(_ => (T[][])[.. Enumerable.Range(0, CellTopology.Edges).Select(_ => new T[7])])];

    private static double[][][] Gradients(int cells, int step)
    {
        RandomStream random = new(1, RandomPurpose.Paths, step);
        double[][][] gradients = Zeros<double>(cells);
        foreach (double[] edge in gradients.SelectMany(c => c))
            for (int k = 0; k < edge.Length; k++) edge[k] = (float)random.NextDouble(-1, 1);
        return gradients;
    }
}
