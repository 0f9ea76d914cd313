using Microsoft.ML;
using TorchSharp;

namespace SswpNas.MLNet.Tests.Estimators;

[TestClass]
public sealed class SearchRefusalTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void AColumnThatIsNotThereIsAnsweredWithThoseThatAre()
    {
        IDataView data = new Stripes().View(_ml);
        SswpNasSearchEstimator estimator = _ml.SswpNas().Search(inputColumnName: "Image", options: Tiny.Search);

        Says<ArgumentException>(() => estimator.Fit(data), "'Image'", "'Pixels'", "'Class'", "'Label'");
        Says<ArgumentException>(
            () => _ml.Transforms.CopyColumns("Copy", "Label").Append(estimator).Fit(data), "'Image'", "'Pixels'", "'Copy'");
    }

    [TestMethod]
    public void AColumnOfAnotherTypeIsAnsweredWithHowToMakeOne()
    {
        IDataView data = new Stripes().View(_ml);
        SswpNasSearchEstimator estimator = _ml.SswpNas().Search(inputColumnName: "Class", options: Tiny.Search);

        Says<ArgumentException>(() => estimator.Fit(data), "'Class'", "String", "a vector of Single", "ExtractPixels");
        Says<ArgumentException>(
            () => _ml.Transforms.CopyColumns("Copy", "Label").Append(estimator).Fit(data), "'Class'", "ExtractPixels");
    }

    [TestMethod]
    [DataRow(3, 8, 10, Layout.Planar, "square images of 1 or 3 channels")]
    [DataRow(2, 8, 8, Layout.Planar, "square images of 1 or 3 channels")]
    [DataRow(1, 7, 9, Layout.Flat, "square images of 1 or 3 channels")]
    [DataRow(3, 9, 9, Layout.Planar, "an even size")]
    [DataRow(3, 10, 10, Layout.Planar, "a multiple of 4 from 8 on")]
    [DataRow(3, 4, 4, Layout.Planar, "Resize them to 8 x 8")]
    [DataRow(3, 2, 2, Layout.Interleaved, "Resize them to 8 x 8")]
    [DataRow(3, 14, 14, Layout.Interleaved, "Resize them to 12 x 12")]
    public void ImagesThatNoNetworkTakesAreRefused(int channels, int height, int width, Layout layout, string expected)
    {
        Stripes stripes = new() { Channels = channels, Height = height, Width = width, Layout = layout };

        Says<ArgumentException>(
            () => _ml.SswpNas().Search(options: Tiny.Search).Fit(stripes.View(_ml)), expected, "ResizeImages");
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(37)]
    public void TooFewImagesAreCounted(int count)
    {
        Stripes stripes = new() { Count = count };

        Says<InvalidDataException>(
            () => _ml.SswpNas().Search(options: Tiny.Search).Fit(stripes.Rows(_ml)),
            $"There are {count} images", "a batch of 8", "at least 40 images", "lower BatchSize");
    }

    [TestMethod]
    public void TheLeastNumberOfImagesThatIsAskedForIsEnough()
    {
        using SswpNasSearchTransformer found =
            _ml.SswpNas().Search(options: Tiny.Search).Fit(new Stripes { Count = 40 }.Rows(_ml));

        Assert.AreEqual(40, found.Result.Settings.Images);
    }

    [TestMethod]
    public void BatchesOfTwoOfTheSmallestImagesAreEnough()
    {
        using SswpNasSearchTransformer found = _ml.SswpNas()
            .Search(options: Tiny.Search with { BatchSize = 2, ArchitectureFraction = 0.5 }).Fit(new Stripes { Count = 4 }.Rows(_ml));

        foreach (SearchEpoch epoch in found.Result.History) Assert.IsTrue(double.IsFinite(epoch.Loss));
    }

    [TestMethod]
    [DataRow(float.NaN, "NaN")]
    [DataRow(float.PositiveInfinity, "infinite")]
    public void APixelThatIsNoNumberIsRefusedWithItsRow(float value, string expected)
    {
        Stripes stripes = new() { Spoil = (row, pixels) => pixels[7] = row == 41 ? value : pixels[7] };

        Says<InvalidDataException>(
            () => _ml.SswpNas().Search(options: Tiny.Search).Fit(stripes.View(_ml)), "Row 41", expected, "finite numbers");
    }

    [TestMethod]
    public void AllOptionsThatAreOutOfRangeAreNamedAtOnce()
    {
        SearchOptions options = new()
        {
            InitialChannels = 3,
            Cells = 2,
            Stem = (StemKind)5,
            Epochs = 0,
            BatchSize = 1,
            LearningRate = double.NaN,
            Momentum = 1,
            WeightDecay = -1,
            GradientClip = 0,
            ArchitectureLearningRate = 0,
            ArchitectureInterval = 0,
            ArchitectureFraction = 1,
            Temperature = 0,
            ProjectionSize = 1,
            SkipDropout = 1.5,
            FinalTrainingFraction = 1,
            Threads = 0,
            Device = "gpu",
            Phases = new PhaseSplit(0.5, 0.5, 0.5),
            Views = new ViewOptions { FlipProbability = 2 },
            Objective = (SearchObjective)7,
            Gates = (GateMode)2,
            PruneDirection = (PruneDirection)3,
            Byol = new ByolOptions { Momentum = 1.01, PredictorSize = 1 },
            Supervised = new SupervisedOptions { LabelSmoothing = 1, FlipProbability = -1, CutoutLength = -1 },
            SkipStop = new SkipStop { Limit = 0, Patience = 0 },
        };

        Says<ArgumentException>(
            () => _ml.SswpNas().Search(outputColumnName: "Pixels", options: options), "InitialChannels is 3; an even number", "Cells is 2", "Stem is 5; one of Cifar, ImageNet",
            "Epochs is 0", "BatchSize is 1; 2 to 1000000", "LearningRate is NaN", "Momentum is 1", "WeightDecay is -1", "GradientClip",
            "ArchitectureLearningRate", "ArchitectureInterval", "ArchitectureFraction", "Temperature", "ProjectionSize", "SkipDropout",
            "FinalTrainingFraction", "Threads is 0", "'gpu'", "Phases is 0.5, 0.5, 0.5", "FlipProbability",
            "Objective is 7; one of SimClr, Supervised, Byol", "Gates is 2; one of Two, Full", "PruneDirection is 3",
            "Byol.Momentum is 1.01; 0 to 1", "Byol.PredictorSize is 1", "Supervised.LabelSmoothing is 1",
            "Supervised.FlipProbability is -1", "Supervised.CutoutLength is -1", "SkipStop.Limit is 0", "SkipStop.Patience is 0",
            "'Pixels' is the name of 2 columns");
    }

    [TestMethod]
    public void ASupervisedSearchWithoutUsableLabelsIsRefused()
    {
        SearchOptions supervised = Tiny.Search with { Objective = SearchObjective.Supervised };
        IDataView data = new Stripes().View(_ml);
        Says<ArgumentException>(
            () => _ml.SswpNas().Search(options: supervised), "Objective is Supervised, but no label column was named", "labelColumnName");
        Says<ArgumentException>(
            () => _ml.SswpNas().Search(options: Tiny.Search, labelColumnName: "Label"), "'Label' was named", "SimClr uses no labels");
        Says<ArgumentException>(
            () => _ml.SswpNas().Search(options: supervised, labelColumnName: "Truth").Fit(data), "'Truth'", "labels", "'Label'");
        SswpNasSearchEstimator noKey = _ml.SswpNas().Search(options: supervised, labelColumnName: "Class");
        Says<ArgumentException>(() => noKey.Fit(data), "'Class'", "one key a row", "MapValueToKey");
        Says<ArgumentException>(
            () => _ml.Transforms.CopyColumns("Copy", "Label").Append(noKey).Fit(data), "'Class'", "MapValueToKey");

        IDataView Only(string kept) => _ml.Transforms.Conversion.MapValueToKey("Label", "Class", keyData: Names(kept)).Fit(data).Transform(data);
        Says<InvalidDataException>(
            () => _ml.SswpNas().Search(options: supervised, labelColumnName: "Label").Fit(Only("nothing")), "has no label");
        Says<InvalidDataException>(
            () => _ml.SswpNas().Search(options: supervised, labelColumnName: "Label").Fit(Only("vertical")), "one class only", "'vertical'");
        IDataView few = _ml.SswpNas().MaskLabelsPerClass(data, "Label", 2, seed: 1);
        Says<InvalidDataException>(
            () => _ml.SswpNas().Search(options: supervised, labelColumnName: "Label").Fit(few), "There are 6 images", "a batch of 8");

        IDataView Names(string name) => _ml.Data.LoadFromEnumerable([new KeyName { Class = name }]);
    }

    private sealed class KeyName
    {
        public string Class { get; set; } = "";
    }

    [TestMethod]
    public void AGpuThatIsNotThereIsAnErrorOrTheCpu()
    {
        string missing = $"cuda:{(torch.cuda.is_available() ? torch.cuda.device_count() : 0)}";
        IDataView data = new Stripes().View(_ml);
        SswpNasSearchEstimator estimator = _ml.SswpNas().Search(options: Tiny.Search with { Device = missing });

        Says<InvalidOperationException>(() => estimator.Fit(data), $"'{missing}'", "CUDA GPU", "FallbackToCpu");

        _ml.FallbackToCpu = true;
        List<string> lines = [];
        _ml.Log += (_, e) => lines.Add(e.Message);
        estimator.Fit(data).Dispose();
        Assert.IsTrue(lines.Any(line => line.Contains("so on the CPU", StringComparison.Ordinal)));
    }

    internal static void Says<T>(Func<object?> action, params string[] parts)
        where T : Exception
    {
        T e = Assert.ThrowsExactly<T>(() => action());
        foreach (string part in parts) StringAssert.Contains(e.Message, part);
    }
}
