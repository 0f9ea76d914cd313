using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Objectives;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Objectives;

[TestClass]
public sealed class SelfDistillationTests
{
    [TestMethod]
    [DataRow(1, 3)]
    [DataRow(5, 7)]
    public void TheLossIsTheMeanSquaredDistanceOfUnitVectorsOfTheOtherView(int images, int dim)
    {
        using IDisposable scope = NewDisposeScope();
        double[][] q = Random(1, 2 * images, dim), z = Random(2, 2 * images, dim);
        double expected = 0;
        for (int i = 0; i < 2 * images; i++)
        {
            double[] prediction = Unit(q[i]), target = Unit(z[i < images ? i + images : i - images]);
            expected += prediction.Zip(target).Sum(p => Math.Pow(p.First - p.Second, 2)) / (2 * images);
        }

        Assert.AreEqual(expected, SelfDistillation.Loss(ToTensor(q), ToTensor(z)).item<float>(), 1e-5);
    }

    [TestMethod]
    public void ViewsThatAgreeLoseNothingAndOppositeOnesFour()
    {
        using IDisposable scope = NewDisposeScope();
        Tensor q = ToTensor([[1, 2], [3, 4]]), swapped = ToTensor([[6, 8], [0.5, 1]]);
        Assert.AreEqual(0, SelfDistillation.Loss(q, swapped).item<float>(), 1e-6);
        Assert.AreEqual(4, SelfDistillation.Loss(q, -swapped).item<float>(), 1e-6);
    }

    [TestMethod]
    public void NoGradientGoesToTheTeacher()
    {
        using IDisposable scope = NewDisposeScope();
        Tensor q = ToTensor(Random(1, 4, 3)).requires_grad_(), z = ToTensor(Random(2, 4, 3)).requires_grad_();
        SelfDistillation.Loss(q, z).backward();
        Assert.IsNull(z.grad);
        Assert.IsGreaterThan(0.01, q.grad!.abs().sum().item<float>());
    }

    private static double[] Unit(double[] v)
    {
        double length = Math.Sqrt(v.Sum(x => x * x));
        return [.. v.Select(x => x / length)];
    }

    private static double[][] Random(int seed, int rows, int dim)
    {
        RandomStream random = new(seed, RandomPurpose.Views);
        double[][] values = new double[rows][];
        for (int i = 0; i < rows; i++)
        {
            values[i] = new double[dim];
            for (int k = 0; k < dim; k++) values[i][k] = random.NextDouble(-1, 1);
        }

        return values;
    }

    private static Tensor ToTensor(double[][] rows) =>
        tensor([.. rows.SelectMany(r => r).Select(v => (float)v)], [rows.Length, rows[0].Length]);
}
