using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Objectives;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Objectives;

[TestClass]
public sealed class InfoNceTests
{
    [TestMethod]
    [DataRow(1, 3, 0.5)]
    [DataRow(5, 7, 0.07)]
    [DataRow(16, 4, 1.0)]
    public void TheLossIsThePapersFormula(int images, int dim, double temperature)
    {
        using IDisposable scope = NewDisposeScope();
        float[][] rows = Random(2 * images, dim);
        Tensor loss = InfoNce.Loss(ToTensor(rows), temperature);
        Assert.AreEqual(Literal(rows, temperature), loss.item<float>(), 1e-4);
    }

    [TestMethod]
    public void LossAndGradientStayFiniteAtSmallTemperatures()
    {
        using IDisposable scope = NewDisposeScope();
        Tensor features = ToTensor([[1, 0], [1e-3f, -1e4f], [1, 0], [1e-3f, 1e4f]]).requires_grad_();
        Tensor loss = InfoNce.Loss(features, 1e-3);
        loss.backward();
        Assert.IsTrue(loss.isfinite().all().item<bool>());
        Assert.IsTrue(features.grad!.isfinite().all().item<bool>());
    }

    [TestMethod]
    public void AnOddNumberOfViewsIsRefused()
    {
        using IDisposable scope = NewDisposeScope();
        ArgumentException problem = Assert.ThrowsExactly<ArgumentException>(() => InfoNce.Loss(ones(3, 2), 0.07));
        StringAssert.StartsWith(problem.Message, "3 views came");
    }

    private static double Literal(float[][] z, double temperature)
    {
        int n = z.Length / 2;
        double sum = 0;
        for (int i = 0; i < 2 * n; i++)
        {
            int j = i < n ? i + n : i - n;
            double denominator = 0;
            for (int k = 0; k < 2 * n; k++)
                if (k != i) denominator += Math.Exp(Cosine(z[i], z[k]) / temperature);
            sum -= Math.Log(Math.Exp(Cosine(z[i], z[j]) / temperature) / denominator);
        }

        return sum / (2 * n);
    }

    private static double Cosine(float[] a, float[] b) => Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));

    private static double Dot(float[] a, float[] b) => a.Zip(b).Sum(p => (double)p.First * p.Second);

    private static float[][] Random(int rows, int columns)
    {
        RandomStream random = new(3, RandomPurpose.Weights);
        float[][] values = new float[rows][];
        for (int i = 0; i < rows; i++)
        {
            values[i] = new float[columns];
            for (int k = 0; k < columns; k++) values[i][k] = (float)random.NextDouble(-1, 1);
        }

        return values;
    }

    private static Tensor ToTensor(float[][] rows) => tensor([.. rows.SelectMany(r => r)], [rows.Length, rows[0].Length]);
}
