using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Training.Engines.Kernels;
using SswpNas.MLNet.Numerics;

namespace SswpNas.MLNet.Tests.Kernels;

/// <summary>Depthwise windows of every size that there is a kernel for, and a clear word on the others.</summary>
[TestClass]
public sealed class DepthwiseTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(5)]
    [DataRow(7)]
    [DataRow(9)]
    [DataRow(11)]
    public void AWindowOfAnyOddSizeGivesLibtorchsNumbers(int kernel)
    {
        foreach ((int stride, int dilation) in new[] { (1, 1), (2, 1), (1, 2), (2, 2) })
        {
            foreach ((int channels, int height, int width) in new[] { (1, 5, 8), (7, 13, 6), (21, 8, 9) })
            {
                RandomStream random = new(1, RandomPurpose.Weights, kernel);
                using ConvBn stage = new(channels, 4, (kernel, stride, dilation), affine: true, firstName: 1, ref random);
                new StageRun(new ChainBody(stage), stage).AssertSame(
                    [3, height, width, channels], $"kernel {kernel}, stride {stride}, dilation {dilation}, {channels} channels");
            }
        }
    }

    [TestMethod]
    [DataRow(2, 1, "2 x 2")]
    [DataRow(4, 2, "4 x 4")]
    [DataRow(0, 1, "0 x 0")]
    [DataRow(3, 3, "stride of 3")]
    [DataRow(3, 0, "stride of 0")]
    public void AWindowWithoutAKernelIsRefused(int kernel, int stride, string named)
    {
        NotSupportedException refusal = Assert.ThrowsExactly<NotSupportedException>(
            () => new DepthwiseGeometry(kernel, stride, dilation: 1, height: 8, width: 8, channels: 4));
        Assert.Contains(named, refusal.Message);
    }

    [TestMethod]
    [DataRow(7, 8, 4)]
    [DataRow(8, 5, 4)]
    [DataRow(8, 8, 3)]
    public void AFactorisedReductionOfOddSidesOrChannelsIsRefused(int height, int width, int channels)
    {
        RandomStream random = new(1, RandomPurpose.Weights);
        using FactorisedReduction stage = new(channels, channels, affine: true, ref random);
        int[] shape = [2, height, width, channels];
        Assert.ThrowsExactly<NotSupportedException>(
            () => new StageRun(new ChainBody(stage), stage).ByKernels(StageRun.Images(shape), shape));
    }

    /// <summary>A row's gradient of 49 taps of 8,192 channels, where a copy of the taps would be six times the stack.</summary>
    [TestMethod]
    public void ManyChannelsNeedNoRoomOnTheStack()
    {
        const int Channels = 8192, Kernel = 7;
        float[] row = [];
        Thread small = new(() => row = InputRows(Kernel, Channels), maxStackSize: 256 * 1024);
        small.Start();
        small.Join();

        // The window holds the whole image: each of the two pixels of a row gathers from both outputs.
        Assert.HasCount(2 * Channels, row);
        for (int c = 0; c < Channels; c++)
        {
            Assert.AreEqual(Tap(Kernel, 3, 3, c) + (2 * Tap(Kernel, 3, 2, c)), row[c], 1e-3f);
            Assert.AreEqual(Tap(Kernel, 3, 4, c) + (2 * Tap(Kernel, 3, 3, c)), row[Channels + c], 1e-3f);
        }
    }

    /// <summary>Of an image of 1 x 2 pixels whose outputs have the gradients 1 and 2.</summary>
    private static unsafe float[] InputRows(int kernel, int channels)
    {
        DepthwiseGeometry geometry = new(kernel, stride: 1, dilation: 1, height: 1, width: 2, channels);
        float[] gradient = new float[geometry.GradientSize], row = new float[2 * channels];
        float[] weights = new float[kernel * kernel * channels];
        for (int i = 0; i < weights.Length; i++) weights[i] = Tap(kernel, i / channels / kernel, i / channels % kernel, i % channels);
        fixed (float* g = gradient, w = weights, r = row)
        {
            for (int x = 0; x < 2; x++)
                new Span<float>(geometry.GradientPixel(g, geometry.Padding, geometry.Padding + x), channels).Fill(x + 1);
            geometry.InputRows(g, 0, 1, w, r);
        }

        return row;
    }

    private static float Tap(int kernel, int y, int x, int channel) => (y * kernel) + x + (channel % 5);
}
