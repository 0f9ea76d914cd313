using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Tests.Estimators;

namespace SswpNas.MLNet.Tests.FineTuning;

/// <summary>A column of a teacher's features, in the search and in the fine-tuning.</summary>
[TestClass]
public sealed class TeacherTests
{
    private readonly MLContext _ml = new(seed: 1);

    private static FineTuneOptions Taught => Tiny.FineTune with
    {
        LearningRates = [0.1],
        Unlabelled = UnlabelledImages.Teacher,
        TeacherColumnName = "TeacherFeatures",
        SemiSupervised = new SemiSupervisedOptions { Steps = 120, BatchSize = 8, LearningRate = 0.1, ComparesWithPlain = false },
    };

    [TestMethod]
    [DataRow(UnlabelledImages.Teacher)]
    [DataRow(UnlabelledImages.TeacherAndPseudoLabels)]
    public void TheNetworkLearnsWhatTheTeacherKnows(UnlabelledImages unlabelled)
    {
        IDataView data = _ml.SswpNas().MaskLabels(View(150), "Label", 0.2, 1);

        using ConcomitantFineTuneTransformer model = Fit(Taught with { Unlabelled = unlabelled, WeightAverage = 0.9 }, data);

        IDataView others = new Stripes { Count = 90, Seed = 2 }.View(_ml);
        Assert.IsGreaterThan(0.9, _ml.MulticlassClassification.Evaluate(model.Transform(others)).MicroAccuracy);
    }

    /// <summary>A teacher that turns the classes about is followed: what is learnt comes from it.</summary>
    [TestMethod]
    public void ATeacherThatKnowsNothingTeachesNothing()
    {
        IDataView good = _ml.SswpNas().MaskLabels(View(150), "Label", 0.2, 1);
        IDataView bad = _ml.SswpNas().MaskLabels(View(150, knows: false), "Label", 0.2, 1);

        using ConcomitantFineTuneTransformer taught = Fit(Taught, good), misled = Fit(Taught, bad);

        Assert.IsLessThan(misled.Trials[0].Epochs[^1].Loss, taught.Trials[0].Epochs[^1].Loss);
    }

    [TestMethod]
    public void ASearchMatchesTheTeacherAndItsModelNeedsNoColumnOfIt()
    {
        List<string> log = [];
        _ml.Log += (_, line) => log.Add(line.RawMessage);

        using SswpNasSearchTransformer taught =
            _ml.SswpNas().Search(options: Tiny.Search, teacherColumnName: "TeacherFeatures").Fit(View(60));
        using SswpNasSearchTransformer alone = _ml.SswpNas().Search(options: Tiny.Search).Fit(View(60));

        Assert.IsTrue(taught.Result.History.All(epoch => epoch.Loss is > 0 and < 2), "1 - cosine lies between 0 and 2");
        Assert.AreNotEqual(alone.Result.History[0].Loss, taught.Result.History[0].Loss);
        Assert.HasCount(60, taught.Transform(new Stripes().View(_ml)).GetColumn<float[]>("Features").ToArray());
        Assert.IsTrue(log.Any(line => line.Contains("'TeacherFeatures' teaches", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow(SearchObjective.SimClr)]
    [DataRow(SearchObjective.Supervised)]
    [DataRow(SearchObjective.Byol)]
    public void ATeacherStandsBesideEveryObjective(SearchObjective objective)
    {
        SearchOptions options = Tiny.Search with { Objective = objective, TeacherShare = 0.5 };

        using SswpNasSearchTransformer found = _ml.SswpNas()
            .Search(options: options, labelColumnName: objective == SearchObjective.Supervised ? "Label" : null, teacherColumnName: "TeacherFeatures")
            .Fit(View(60));

        Assert.IsTrue(found.Result.History.All(epoch => double.IsFinite(epoch.Loss)));
    }

    [TestMethod]
    public void AColumnThatCannotTeachIsRefusedBeforeTheSearch()
    {
        IDataView data = View(60);
        Refused<ArgumentException>(data, "Nothing", "There is no column 'Nothing'");
        Refused<ArgumentException>(data, "Class", "expected: a vector of Single of known length");
        Refused<InvalidDataException>(View(60, spoil: f => f[1] = float.NaN), "TeacherFeatures", "NaN or infinite");
        Refused<InvalidDataException>(View(60, constant: true), "TeacherFeatures", "the same 4 numbers in all 60 rows");

        void Refused<T>(IDataView view, string column, string says)
            where T : Exception
        {
            T search = Assert.ThrowsExactly<T>(() => _ml.SswpNas().Search(options: Tiny.Search, teacherColumnName: column).Fit(view));
            StringAssert.Contains(search.Message, says, StringComparison.Ordinal);
            IDataView masked = _ml.SswpNas().MaskLabels(view, "Label", 0.5, 1);
            T tune = Assert.ThrowsExactly<T>(() => Fit(Taught with { TeacherColumnName = column }, masked));
            StringAssert.Contains(tune.Message, says, StringComparison.Ordinal);
        }
    }

    [TestMethod]
    public void OptionsThatDoNotFitTogetherAreNamed()
    {
        ArgumentException none = Assert.ThrowsExactly<ArgumentException>(
            () => _ml.SswpNas().FineTune(options: Taught with { TeacherColumnName = null }));
        StringAssert.Contains(none.Message, "TeacherColumnName names no column", StringComparison.Ordinal);
        ArgumentException unused = Assert.ThrowsExactly<ArgumentException>(
            () => _ml.SswpNas().FineTune(options: Taught with { Unlabelled = UnlabelledImages.PseudoLabels }));
        StringAssert.Contains(unused.Message, "Teacher or TeacherAndPseudoLabels was expected", StringComparison.Ordinal);
    }

    [TestMethod]
    public void OptionsWithoutEffectAreSaid()
    {
        List<string> log = [];
        _ml.Log += (_, line) => log.Add(line.RawMessage);
        SemiSupervisedOptions truth = new() { TruthColumnName = "Truth" };

        _ml.SswpNas().Search(options: Tiny.Search with { TeacherShare = 0.5 }).Fit(View(60)).Dispose();
        Fit(Tiny.FineTune with { SemiSupervised = truth }, View(60)).Dispose();

        Assert.Contains("TeacherShare is ignored: no column teaches.", log);
        Assert.Contains("SemiSupervised.TruthColumnName ('Truth') is ignored: Unlabelled is Ignore.", log);
    }

    /// <summary>Features of many images are counted before the search; they are held once.</summary>
    [TestMethod]
    public void ATeachersFeaturesAreInTheEstimate()
    {
        long without = Tiny.Search.MemoryOfStep(new ImageShape(3, 8, 8), 4).Bytes;
        long with = Tiny.Search.MemoryOfStep(new ImageShape(3, 8, 8), 4, rows: 1000).Bytes;

        Assert.AreEqual(16_000, with - without);
    }

    /// <summary>Stripes, and features that tell the classes apart, or nothing.</summary>
    private IDataView View(int count, bool knows = true, bool constant = false, Action<float[]>? spoil = null)
    {
        StripeRow[] rows = new Stripes { Count = count }.Draw();
        Random random = new(1);
        SchemaDefinition schema = SchemaDefinition.Create(typeof(TaughtRow));
        schema[nameof(TaughtRow.Pixels)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 3, 8, 8);
        schema[nameof(TaughtRow.TeacherFeatures)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 4);
        IDataView view = _ml.Data.LoadFromEnumerable(rows.Select(Row).ToArray(), schema);
        return _ml.Transforms.Conversion.MapValueToKey("Label", nameof(StripeRow.Class)).Fit(view).Transform(view);

        TaughtRow Row(StripeRow row, int number)
        {
            float[] features = new float[4];
            for (int i = 0; i < 4 && !constant; i++) features[i] = (float)random.NextDouble();
            if (knows && !constant) features[Array.IndexOf(Stripes.Classes, row.Class)] += 2;
            if (number == 20) spoil?.Invoke(features);
            return new TaughtRow { Pixels = row.Pixels, Class = row.Class, TeacherFeatures = features };
        }
    }

    private ConcomitantFineTuneTransformer Fit(FineTuneOptions options, IDataView data) =>
        _ml.SswpNas().FineTune(options: options, searchResult: Tiny.Found).Fit(data);

    private sealed class TaughtRow
    {
        public float[] Pixels { get; set; } = [];

        public string Class { get; set; } = "";

        public float[] TeacherFeatures { get; set; } = [];
    }
}
