using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;
using static SswpNas.MLNet.Tests.Estimators.SearchRefusalTests;

namespace SswpNas.MLNet.Tests.Estimators;

[TestClass]
public sealed class FineTuneRefusalTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void ColumnsThatAreNotThereAreAnsweredWithThoseThatAre()
    {
        IDataView data = new Stripes().View(_ml);

        Says<ArgumentException>(
            () => _ml.SswpNas().FineTune("Truth", options: Tiny.FineTune, searchResult: Tiny.Found).Fit(data),
            "'Truth'", "labels", "'Pixels'", "'Label'");
        Says<ArgumentException>(
            () => _ml.SswpNas().FineTune(inputColumnName: "Image", options: Tiny.FineTune, searchResult: Tiny.Found).Fit(data),
            "'Image'", "pixels", "'Pixels'", "'Label'");
    }

    [TestMethod]
    public void ALabelThatIsNoKeyIsAnsweredWithHowToMakeOne()
    {
        IDataView data = new Stripes().View(_ml);
        ConcomitantFineTuneEstimator estimator =
            _ml.SswpNas().FineTune("Class", options: Tiny.FineTune, searchResult: Tiny.Found);

        Says<ArgumentException>(() => estimator.Fit(data), "'Class'", "String", "one key a row", "MapValueToKey");
        Says<ArgumentException>(
            () => _ml.Transforms.CopyColumns("Copy", "Label").Append(estimator).Fit(data), "'Class'", "MapValueToKey");
    }

    [TestMethod]
    public void WithoutASearchResultItSaysWhereToGetOne() => Says<InvalidOperationException>(
        () => _ml.SswpNas().FineTune(options: Tiny.FineTune).Fit(new Stripes().View(_ml)),
        "no search result", "after Search", "SearchResult.Load");

    [TestMethod]
    [DataRow(3, 16, "3 x 16 x 16")]
    [DataRow(1, 8, "1 x 8 x 8")]
    public void ImagesOfAnotherShapeThanTheSearchsAreRefused(int channels, int size, string came)
    {
        Stripes stripes = new() { Channels = channels, Height = size, Width = size };

        Says<ArgumentException>(() => Fit(stripes.View(_ml)), came, "3 x 8 x 8", "search again");
    }

    [TestMethod]
    public void PixelsInOtherUnitsThanTheSearchsAreRefused() => Says<ArgumentException>(
        () => Fit(new Stripes { White = 1 }.View(_ml)), "between 0 and 1", "between 0 and 255", "ExtractPixels");

    [TestMethod]
    [DataRow(float.NaN, "NaN")]
    [DataRow(float.NegativeInfinity, "infinite")]
    public void APixelThatIsNoNumberIsRefusedWithItsRow(float value, string expected)
    {
        Stripes stripes = new() { Spoil = (row, pixels) => pixels[7] = row == 41 ? value : pixels[7] };

        Says<InvalidDataException>(() => Fit(stripes.View(_ml)), "Row 41", expected);
    }

    [TestMethod]
    public void WithoutLabelsItSaysSo() =>
        Says<InvalidDataException>(() => Fit(Labelled(_ => false)), "'Label'", "no label", "at least 2 images of each class");

    [TestMethod]
    public void LabelsOfOneClassAreNotEnough() => Says<InvalidDataException>(
        () => Fit(Labelled(row => row % 3 == 1)), "'Label'", "one class only, 'vertical'", "at least two classes");

    [TestMethod]
    public void AClassWithOneLabelCannotBeSplitButCanBeTrainedOn()
    {
        IDataView data = Labelled(row => row < 30 && (row % 3 != 2 || row == 2));

        Says<InvalidDataException>(
            () => Fit(data, Tiny.FineTune with { LearningRates = [0.1, 0.2] }), "'diagonal' has 1 label", "Label at least 2");
        Says<InvalidDataException>(
            () => Fit(data, Tiny.FineTune with { EarlyStoppingPatience = 2 }), "'diagonal' has 1 label", "no early stopping");
        using ConcomitantFineTuneTransformer model = Fit(data);
        Assert.AreEqual(21, model.Trials.Single().TrainingImages);
    }

    [TestMethod]
    public void AllOptionsThatAreOutOfRangeAreNamedAtOnce()
    {
        FineTuneOptions options = new()
        {
            Epochs = 0,
            WarmUpEpochs = 5,
            BatchSize = 1,
            LearningRates = [],
            Momentum = 1,
            WeightDecay = double.NaN,
            GradientClip = -1,
            LabelSmoothing = 1,
            DropPath = 1,
            AuxiliaryWeight = 11,
            CutoutLength = -1,
            FlipProbability = 1.1,
            MinimumCropArea = 0,
            ColorJitter = 2,
            ValidationFraction = 0,
            EarlyStoppingPatience = 0,
            Threads = 0,
            Device = "",
            PredictedLabelColumnName = "",
            ScoreColumnName = "Pixels",
            FeaturesColumnName = "Pixels",
        };

        Says<ArgumentException>(
            () => _ml.SswpNas().FineTune(options: options), "Epochs is 0; 1 to 1000000", "WarmUpEpochs is 5", "BatchSize is 1",
            "LearningRates is empty", "Momentum", "WeightDecay is NaN", "GradientClip", "LabelSmoothing", "DropPath", "AuxiliaryWeight is 11", "CutoutLength",
            "FlipProbability", "MinimumCropArea", "ColorJitter", "ValidationFraction", "EarlyStoppingPatience", "Threads", "Device",
            "PredictedLabelColumnName is empty", "'Pixels' is the name of 3 columns");
        Says<ArgumentException>(
            () => _ml.SswpNas().FineTune(options: Tiny.FineTune with { LearningRates = [0.1, -1] }), "LearningRates is -1");
        Says<ArgumentException>(
            () => _ml.SswpNas().FineTune(options: Tiny.FineTune with { FeaturesColumnName = " " }), "FeaturesColumnName is empty");
    }

    [TestMethod]
    public void AGpuThatIsNotThereIsAnErrorOrTheCpu()
    {
        string missing = $"cuda:{(torch.cuda.is_available() ? torch.cuda.device_count() : 0)}";
        FineTuneOptions options = Tiny.FineTune with { Device = missing };
        IDataView data = new Stripes().View(_ml);

        Says<InvalidOperationException>(() => Fit(data, options), $"'{missing}'", "CUDA GPU", "FallbackToCpu");

        _ml.FallbackToCpu = true;
        Fit(data, options).Dispose();
    }

    [TestMethod]
    public void ARateThatIsFarTooHighEndsInAnErrorThatSaysWhatToDo()
    {
        InvalidOperationException e = Assert.ThrowsExactly<InvalidOperationException>(
            () => Fit(new Stripes().View(_ml), Tiny.Thorough with { LearningRates = [1e20] }));

        StringAssert.Contains(e.Message, "Lower the learning rate");
    }

    private ConcomitantFineTuneTransformer Fit(IDataView data, FineTuneOptions? options = null) =>
        _ml.SswpNas().FineTune(options: options ?? Tiny.FineTune, searchResult: Tiny.Found).Fit(data);

    /// <summary>Only some rows keep their labels.</summary>
    private IDataView Labelled(Func<int, bool> keep)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(KeyRow));
        schema[nameof(KeyRow.Pixels)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 3, 8, 8);
        SchemaDefinition.Column label = schema[nameof(KeyRow.Label)];
        label.ColumnType = new KeyDataViewType(typeof(uint), 3);
        ReadOnlyMemory<char>[] names = [.. Stripes.Classes.Select(name => name.AsMemory())];
        label.AddAnnotation(
            "KeyValues", new VBuffer<ReadOnlyMemory<char>>(3, names), new VectorDataViewType(TextDataViewType.Instance, 3));
        // In a class a key counts from 0, and what is beyond the last one is missing.
        return _ml.Data.LoadFromEnumerable(
            new Stripes().Draw().Select((row, i) => new KeyRow { Pixels = row.Pixels, Label = keep(i) ? (uint)(i % 3) : 99 }), schema);
    }

    private sealed class KeyRow
    {
        public float[] Pixels { get; set; } = [];

        public uint Label { get; set; }
    }
}
