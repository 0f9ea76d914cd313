using SswpNas.MLNet.Training.Engines.Kernels;

namespace SswpNas.MLNet.Tests.Kernels;

/// <summary>
/// The products of pointwise convolutions against three loops, bit by bit: every tile adds up one number in the order of
/// the loop, with fused multiply-adds.
/// </summary>
[TestClass]
public sealed unsafe class MatrixProductTests
{
    private const int Gap = 3; // numbers between two rows that belong to nobody
    private const float Untouched = 12345;

    private static readonly int[] Rows = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 16, 17, 23, 33];

    [TestMethod]
    public void AProductIsThreeLoops() => Widths.Each(widest =>
    {
        for (int columns = 1; columns <= 40; columns++)
        {
            int inner = 1 + (columns * 7 % 40);
            foreach (int rows in Rows)
            {
                float[] a = Numbers(rows * (inner + Gap)), b = Numbers(inner * (columns + Gap));
                float[] expected = Filled(rows * (columns + Gap)), actual = Filled(expected.Length);
                for (int r = 0; r < rows; r++)
                {
                    for (int j = 0; j < columns; j++)
                    {
                        float sum = 0;
                        for (int k = 0; k < inner; k++)
                            sum = MathF.FusedMultiplyAdd(a[(r * (inner + Gap)) + k], b[(k * (columns + Gap)) + j], sum);
                        expected[(r * (columns + Gap)) + j] = sum;
                    }
                }

                fixed (float* pa = a, pb = b, pc = actual)
                    PointwiseKernel.Multiply(pa, inner + Gap, rows, inner, pb, columns + Gap, columns, pc, columns + Gap);
                Assert.IsTrue(expected.AsSpan().SequenceEqual(actual), $"{rows} x {inner} x {columns}, width {widest}");
            }
        }
    });

    [TestMethod]
    public void ATransposedProductIsThreeLoops() => Widths.Each(widest =>
    {
        for (int columns = 1; columns <= 40; columns++)
        {
            int rows = 1 + (columns * 7 % 40);
            foreach (int outputs in Rows)
            {
                float[] a = Numbers(rows * (outputs + Gap)), b = Numbers(rows * (columns + Gap));
                float[] expected = Numbers(outputs * (columns + Gap)), actual = [.. expected];
                for (int i = 0; i < outputs; i++)
                {
                    for (int j = 0; j < columns; j++)
                    {
                        ref float sum = ref expected[(i * (columns + Gap)) + j];
                        for (int r = 0; r < rows; r++)
                            sum = MathF.FusedMultiplyAdd(a[(r * (outputs + Gap)) + i], b[(r * (columns + Gap)) + j], sum);
                    }
                }

                fixed (float* pa = a, pb = b, pc = actual)
                    TransposedProduct.Add(pa, outputs + Gap, outputs, pb, columns + Gap, columns, rows, pc, columns + Gap);
                Assert.IsTrue(expected.AsSpan().SequenceEqual(actual), $"{outputs} x {rows} x {columns}, width {widest}");
            }
        }
    });

    private static float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => MathF.Sin((i * 1.3f) + count))];

    private static float[] Filled(int count)
    {
        float[] numbers = new float[count];
        numbers.AsSpan().Fill(Untouched);
        return numbers;
    }
}
