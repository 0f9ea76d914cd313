extern alias tool;

using SswpNas.MLNet.Tests.Data;
using tool::SswpNasTool.Images;
using tool::SswpNasTool.Training;

namespace SswpNas.MLNet.Tests.CommandTool;

/// <summary>Which sizes and lengths the tool chooses, on machines of any speed.</summary>
[TestClass]
public sealed class TimePlanTests : IDisposable
{
    private const int Images = 400;

    private readonly TestFolder _folder = new();
    private readonly List<string> _said = [];
    private readonly List<(int Size, int Channels)> _measured = [];

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow(20, 32)]
    [DataRow(47, 32)]
    [DataRow(48, 48)]
    [DataRow(95, 48, DisplayName = "64 pixels would take four times as long as 32")]
    [DataRow(96, 96)]
    [DataRow(500, 96)]
    public void WithoutMinutesImagesAreAsLargeAsTakesAtMostTwiceAsLong(int side, int size)
    {
        TrainSettings settings = Plan(side, null, double.NaN).Choose(() => TimeSpan.Zero);

        Assert.AreEqual(size, settings.ImageSize);
        Assert.AreEqual(size == 96 ? StemKind.Strided : StemKind.Cifar, settings.Stem);
        Assert.AreEqual(200, settings.Epochs);
        Assert.IsEmpty(_measured);
        Assert.AreEqual(size == 96, _said.Exists(line => line.Contains("a quarter of the side first", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void InTooLittleTimeTheCheapestNetworkIsTaken()
    {
        Assert.AreEqual((96, 8), Chosen(side: 200, minutes: 1, speed: 1000));
        Assert.Contains("The time does not suffice", _said[^1]);
        Assert.AreEqual((32, 8), Chosen(side: 64, minutes: 1, speed: 1000));
    }

    [TestMethod]
    public void InMoreTimeImagesAreLargerAndNetworksWider()
    {
        // The usual run takes some 10 s at 32 pixels and 8 channels.
        (int Size, int Channels)[] chosen = [.. new[] { 0.2, 0.6, 1.5, 20 }.Select(minutes => Chosen(side: 64, minutes, speed: 1))];

        double[] costs = [.. chosen.Select(choice => Cost(choice.Size, choice.Channels))];
        CollectionAssert.AreEqual(costs.Order().ToArray(), costs);
        Assert.AreEqual((64, 16), chosen[^1]);
        Assert.AreEqual((32, 8), chosen[0]);
        Assert.AreEqual((96, 16), Chosen(side: 200, minutes: 4, speed: 1));
    }

    [TestMethod]
    public void WhatIsChosenIsMeasured()
    {
        (int Size, int Channels) chosen = Chosen(side: 64, minutes: 4, speed: 1);
        Assert.AreEqual(chosen, _measured[^1]);
        Assert.HasCount(2, _measured);
        Assert.AreEqual((32, 8), _measured[0], "the cheapest is measured first");
    }

    [TestMethod]
    public void ALargeSideThatTheStemCannotReduceIsWarnedOf()
    {
        TrainSettings settings = Plan(200, null, 1, imageSize: 100).Choose(() => TimeSpan.Zero);
        Assert.AreEqual((100, StemKind.Cifar), (settings.ImageSize, settings.Stem));
        Assert.ContainsSingle(line => line.StartsWith("Warning: the network works at the full size of 100 x 100", StringComparison.Ordinal), _said);
        _said.Clear();
        Assert.AreEqual(StemKind.Strided, Plan(200, null, 1, imageSize: 112).Choose(() => TimeSpan.Zero).Stem);
        Assert.IsFalse(_said.Exists(line => line.StartsWith("Warning", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void TheSearchHasTheSettingsOfAStoppedRun()
    {
        string checkpoints = Path.Combine(_folder.Root, "checkpoints");
        TrainRequest request = Request(null, null);
        TrainSettings kept = Plan(200, null, 1).Choose(() => TimeSpan.Zero) with { Stem = StemKind.ImageNet };
        kept.Keep(checkpoints);

        TrainSettings read = TrainSettings.OfStoppedRun(checkpoints, request)!;

        Assert.AreEqual(kept, read);
        SearchOptions search = new Recipe(request, read, HasUnlabelled: true).Search(null, null, CancellationToken.None);
        Assert.AreEqual((StemKind.ImageNet, kept.Channels, kept.Epochs), (search.Stem, search.InitialChannels, search.Epochs));
    }

    private static double Cost(int size, int channels) => Math.Pow(Recipe.CellSide(size), 2) * Math.Pow(channels, 1.6);

    private (int Size, int Channels) Chosen(int side, double minutes, double speed)
    {
        _measured.Clear();
        TrainSettings settings = Plan(side, minutes, speed).Choose(() => TimeSpan.Zero);
        Assert.AreEqual(Recipe.Stem(settings.ImageSize), settings.Stem);
        return (settings.ImageSize, settings.Channels);
    }

    /// <param name="side">Of the images.</param>
    /// <param name="minutes">The time there is.</param>
    /// <param name="speed">Times that the machine is slower than one that takes 50 microseconds an image and epoch, 5 ms a step, at 32 pixels.</param>
    /// <param name="imageSize">What the user asks for.</param>
    private TimePlan Plan(int side, double? minutes, double speed, int? imageSize = null)
    {
        string path = _folder.Write("image.png", TestFolder.Image(SkiaSharp.SKEncodedImageFormat.Png, size: side));
        ImageSet set = new(
            [.. Enumerable.Repeat(path, Images)], [.. Enumerable.Range(0, Images).Select(i => i < 40 ? i % 2 : ImageSet.Missing)], ["ant", "bee"], 0);
        return new TimePlan(Request(minutes, imageSize), set, Measure, _said.Add);

        Speed Measure(TrainSettings settings)
        {
            _measured.Add((settings.ImageSize, settings.Channels));
            return new Speed(32, 8, 50e-6 * speed, 5e-3 * speed).At(settings.ImageSize, settings.Channels);
        }
    }

    private TrainRequest Request(double? minutes, int? imageSize) =>
        TrainRequests.Of(_folder.Root) with { Minutes = minutes, ImageSize = imageSize };
}
