using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Training.Engines;
using SswpNas.MLNet.Training.Engines.Kernels;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.SearchSpace;
using TorchSharp;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Kernels;

/// <summary>NaN and infinity pass through every kernel to where libtorch has them, and nowhere else.</summary>
[TestClass]
public sealed class NonFiniteTests
{
    private static readonly float[] Special = [float.NaN, float.PositiveInfinity, float.NegativeInfinity];

    /// <summary>Without statistics of the batch, a number stays near its place: forward, at every width and in the rest.</summary>
    [TestMethod]
    [DynamicData(nameof(EveryCandidate.AtBothStrides), typeof(EveryCandidate))]
    public void ACandidateScoresThemAsLibtorchDoes(CellOperation kind, int stride)
    {
        RandomStream random = new(1, RandomPurpose.Weights);
        int[] shape = [2, 6, 8, 30];
        using Candidate candidate = Candidate.Create(kind, shape[3], stride, affine: true, ref random);
        Widths.Each(widest =>
        {
            for (int i = 0; i < Special.Length; i++)
            {
                float[] images = With(Special[i], shape, every: 977);
                AssertSame(
                    ScoredByLibtorch(candidate, images, shape), ScoredByKernels(candidate, images, shape),
                    $"{kind}, {Special[i]}, width {widest}");
            }
        });
    }

    /// <summary>With statistics of the batch, forward and back.</summary>
    [TestMethod]
    [DynamicData(nameof(EveryCandidate.AtBothStrides), typeof(EveryCandidate))]
    public void ACandidateTrainsOnThemAsLibtorchDoes(CellOperation kind, int stride)
    {
        RandomStream random = new(1, RandomPurpose.Weights);
        int[] shape = [2, 6, 8, 10];
        using Candidate candidate = Candidate.Create(kind, shape[3], stride, affine: true, ref random);
        using ConvBn depthwise = new(shape[3], 4, (3, stride, 1), affine: true, firstName: 1, ref random);
        using StemConv stem = new(shape[3], 4, stride, relu: true, ("conv", "norm"), ref random);
        (string, StageRun)[] runs =
        [
            ($"{kind}", new StageRun(new NodeBody(candidate), candidate)),
            ("depthwise", new StageRun(new ChainBody(depthwise), depthwise)),
            ("stem", new StageRun(new ChainBody(stem), stem)),
        ];
        foreach ((string name, StageRun run) in runs)
        {
            float[] images = With(float.NaN, shape, every: 401);
            Dictionary<string, float[]> expected = run.ByLibtorch(images, shape), actual = run.ByKernels(images, shape);
            Assert.IsTrue(actual["output"].Any(float.IsNaN), $"{name}: no NaN came through");
            foreach ((string key, float[] numbers) in expected) AssertSame(numbers, actual[key], $"{name}, {key}");
        }
    }

    [TestMethod]
    public void ReluAndItsGradientAreLibtorchs() => Widths.Each(widest =>
    {
        for (int channels = 1; channels <= 40; channels++)
        {
            float[] x = [.. Enumerable.Range(0, 7 * channels).Select(i => i % 5 < 3 ? Special[i % 5] : i % 7 == 0 ? 0 : MathF.Sin(i))];
            float[] g = [.. x.Select((_, i) => i % 11 == 0 ? float.NaN : MathF.Cos(i))];
            using DisposeScope scope = NewDisposeScope();
            Tensor leaf = tensor(x).requires_grad_();
            Tensor y = nn.functional.relu(leaf);
            y.backward([tensor(g)]);
            (float[] output, float[] gradient) = Relu(x, g, channels);
            AssertSame(y.data<float>().ToArray(), output, $"ReLU of {channels} channels, width {widest}");
            AssertSame(leaf.grad!.data<float>().ToArray(), gradient, $"its gradient of {channels} channels, width {widest}");
        }
    });

    /// <summary>The last NaN of a window has its gradient, and a window of -infinity alone gives it to a pixel of the image.</summary>
    [TestMethod]
    public void MaxPoolAndItsGradientAreLibtorchs() => Widths.Each(widest =>
    {
        foreach (int stride in new[] { 1, 2 })
        {
            for (int channels = 1; channels <= 40; channels += widest == 1 ? 13 : 3)
            {
                foreach (int one in new[] { 3, 5, 2 })
                {
                    const int Height = 5, Width = 6;
                    float[] x =
                    [
                        .. Enumerable.Range(0, Height * Width * channels)
                            .Select(i => i * 31 % one == 0 ? Special[i * 17 % 3] : one == 2 ? float.NegativeInfinity : MathF.Sin(i)),
                    ];
                    using DisposeScope scope = NewDisposeScope();
                    Tensor leaf = tensor(x, [1, Height, Width, channels]).permute(0, 3, 1, 2).contiguous().requires_grad_();
                    Tensor y = nn.functional.max_pool2d(leaf, 3, stride, 1);
                    Tensor slopes = arange(1, y.numel() + 1, dtype: ScalarType.Float32).reshape(y.permute(0, 2, 3, 1).shape);
                    y.backward([slopes.permute(0, 3, 1, 2).contiguous()]);
                    (float[] output, float[] gradient) = MaxPool(x, slopes.data<float>().ToArray(), Height, Width, channels, stride);
                    string what = $"{channels} channels, stride {stride}, width {widest}, one in {one}";
                    AssertSame(Rows(y), output, what);
                    AssertSame(Rows(leaf.grad!), gradient, $"gradient, {what}");
                }
            }
        }
    });

    [TestMethod]
    public void AnAuxiliaryHeadsWindowsAreLibtorchs()
    {
        int[] shape = [2, 8, 8, 5];
        float[] images = With(float.NaN, shape, every: 101);
        StageRun run = new(new WindowsBody());
        Dictionary<string, float[]> expected = run.ByLibtorch(images, shape), actual = run.ByKernels(images, shape);
        foreach ((string key, float[] numbers) in expected) AssertSame(numbers, actual[key], key);
    }

    private static unsafe float[] ScoredByKernels(Candidate candidate, float[] images, int[] shape)
    {
        using KernelContext context = new(threads: 1);
        fixed (float* pixels = images)
        {
            KernelExecution run = new(context, Pass.Evaluation);
            Activation x = KernelExecution.Images(pixels, shape[0], shape[1], shape[2], shape[3]);
            Activation y = new NodeBody(candidate).Forward(run, x);
            float[] output = new ReadOnlySpan<float>(y.Data, (int)y.Count).ToArray();
            run.Free(y);
            return output;
        }
    }

    private static float[] ScoredByLibtorch(Candidate candidate, float[] images, int[] shape)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(images, [.. shape.Select(s => (long)s)]).permute(0, 3, 1, 2).contiguous();
        return Rows(new NodeBody(candidate).Forward(new TorchExecution(Pass.Evaluation), x));
    }

    private static unsafe (float[] Output, float[] Gradient) Relu(float[] x, float[] g, int channels)
    {
        float[] output = new float[x.Length], gradient = new float[x.Length], sum = new float[x.Length];
        float[] ones = new float[channels], zeros = new float[channels], scaled = new float[x.Length];
        ones.AsSpan().Fill(1);
        fixed (float* px = x, pg = g, po = output, pd = gradient, ps = sum, pone = ones, pzero = zeros, pscaled = scaled)
        {
            int rows = x.Length / channels;
            PixelGrid input = new(px, channels, 0);
            ChannelLoop.Run(channels, new ReluCopy(input, null, null, new PixelGrid(po, channels, 0), 1, rows));
            ChannelLoop.Run(channels, new ReluCopy(input, pone, pzero, new PixelGrid(pscaled, channels, 0), 1, rows));
            ChannelLoop.Run(channels, new ReluGradient(pg, input, null, null, new PixelGrid(pd, channels, 0), 1, rows, channels, add: false));
            ChannelLoop.Run(channels, new ReluGradient(pg, input, pone, pzero, new PixelGrid(ps, channels, 0), 1, rows, channels, add: true));
        }

        AssertSame(output, scaled, "ReLU after batch norm");
        AssertSame(gradient, sum, "its gradient after batch norm, added");
        return (output, gradient);
    }

    private static unsafe (float[] Output, float[] Gradient) MaxPool(
        float[] x, float[] g, int height, int width, int channels, int stride)
    {
        int wide = width + 2;
        int outHeight = DepthwiseGeometry.OutputSide(height, stride), outWidth = DepthwiseGeometry.OutputSide(width, stride);
        float[] padded = new float[(height + 2) * wide * channels], padGradient = new float[padded.Length];
        float[] output = new float[outHeight * outWidth * channels], gradient = new float[x.Length];
        padded.AsSpan().Fill(float.NegativeInfinity);
        for (int y = 0; y < height; y++)
            x.AsSpan(y * width * channels, width * channels).CopyTo(padded.AsSpan((((y + 1) * wide) + 1) * channels));
        fixed (float* pp = padded, pq = padGradient, po = output, pg = g)
        {
            PixelGrid from = new(pp, stride * channels, wide * channels);
            ChannelLoop.Run(channels, new MaxPoolRows(from, stride, po, outHeight, outWidth, channels));
            for (int y = 0; y < outHeight; y++)
            {
                long at = (long)y * stride * wide * channels, row = (long)y * outWidth * channels;
                ChannelLoop.Run(channels, new MaxPoolGradientRow(
                    pp + at, stride, wide * channels, pg + row, pq + at, outWidth, channels, firstTap: y == 0 ? 4 : 1));
            }
        }

        for (int y = 0; y < height; y++)
            padGradient.AsSpan((((y + 1) * wide) + 1) * channels, width * channels).CopyTo(gradient.AsSpan(y * width * channels));
        Assert.AreEqual(g.Sum(), gradient.Sum(), 1e-4f * g.Sum(), "no gradient is lost in the padding");
        return (output, gradient);
    }

    private static float[] With(float special, int[] shape, int every)
    {
        float[] images = StageRun.Images(shape);
        for (int i = every / 2; i < images.Length; i += every) images[i] = special;
        return images;
    }

    private static float[] Rows(Tensor planar) => planar.permute(0, 2, 3, 1).contiguous().data<float>().ToArray();

    /// <summary>NaN and infinities at the same places, and the same numbers elsewhere.</summary>
    private static void AssertSame(float[] expected, float[] actual, string what)
    {
        Assert.HasCount(expected.Length, actual, what);
        float size = expected.Where(float.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
        for (int i = 0; i < expected.Length; i++)
        {
            bool same = float.IsFinite(expected[i])
                ? Math.Abs(expected[i] - actual[i]) <= (1e-3f * size) + 1e-5f
                : expected[i].Equals(actual[i]);
            if (!same) Assert.Fail($"{what}, number {i}: {actual[i]} for {expected[i]}.");
        }
    }
}
