using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet.Tests.Kernels;

/// <summary>
/// Every candidate at every number of channels from 1 to 40 and every side from 1 to 33 against libtorch: output,
/// statistics, gradients. A factorised reduction needs even numbers.
/// </summary>
[TestClass]
public sealed class ShapeTests
{
    private const int MostChannels = 40, LargestSide = 33, Images = 3;

    /// <summary>Each number of channels, each height and each width with this candidate.</summary>
    [TestMethod]
    [DynamicData(nameof(EveryCandidate.AtBothStrides), typeof(EveryCandidate))]
    public void EveryNumberOfChannelsAndEverySide(CellOperation kind, int stride)
    {
        HashSet<int> channelsSeen = [], heights = [], widths = [];
        for (int channels = 1; channels <= MostChannels; channels++)
        {
            // 7 and 5 have no factor in common with 33: the sides run through all.
            int height = 1 + (channels * 7 % LargestSide), width = 1 + (((channels * 5) + (int)kind) % LargestSide);
            if (Check(kind, stride, channels, height, width)) channelsSeen.Add(channels);
            heights.Add(height);
            widths.Add(width);
        }

        Assert.AreEqual((LargestSide, LargestSide), (heights.Count, widths.Count));
        Assert.HasCount(IsReduction(kind, stride) ? MostChannels / 2 : MostChannels, channelsSeen);
    }

    [TestMethod]
    [DynamicData(nameof(EveryCandidate.AtBothStrides), typeof(EveryCandidate))]
    public void EveryVectorWidthGivesTheSameBits(CellOperation kind, int stride)
    {
        int[] shape = [Images, 10, 12, 30];
        RandomStream random = new(1, RandomPurpose.Weights);
        using Candidate candidate = Candidate.Create(kind, shape[3], stride, affine: true, ref random);
        StageRun run = new(new NodeBody(candidate), candidate);
        Dictionary<string, float[]>? widest = null;
        Widths.Each(width =>
        {
            Dictionary<string, float[]> result = run.ByKernels(StageRun.Images(shape), shape);
            widest ??= result;
            foreach ((string name, float[] numbers) in result)
                CollectionAssert.AreEqual(widest[name], numbers, $"{name}, width {width}");
        });
    }

    [TestMethod]
    [TestCategory("Long")]
    [DynamicData(nameof(EveryCandidate.AtBothStrides), typeof(EveryCandidate))]
    public void EveryNumberOfChannelsWithEverySide(CellOperation kind, int stride)
    {
        for (int channels = 1; channels <= MostChannels; channels++)
            for (int side = 1; side <= LargestSide; side++) Check(kind, stride, channels, side, side);
    }

    /// <summary>A factorised reduction takes the next even numbers instead, and odd channels not at all.</summary>
    private static bool Check(CellOperation kind, int stride, int channels, int height, int width)
    {
        if (IsReduction(kind, stride))
        {
            if (channels % 2 != 0) return false;
            (height, width) = (height + (height % 2), width + (width % 2));
        }

        RandomStream random = new(1, RandomPurpose.Weights, channels);
        using Candidate candidate = Candidate.Create(kind, channels, stride, affine: true, ref random);
        new StageRun(new NodeBody(candidate), candidate).AssertSame(
            [Images, height, width, channels], $"{kind} at stride {stride} of {height} x {width} x {channels}");
        return true;
    }

    private static bool IsReduction(CellOperation kind, int stride) => kind == CellOperation.SkipConnect && stride == 2;
}
