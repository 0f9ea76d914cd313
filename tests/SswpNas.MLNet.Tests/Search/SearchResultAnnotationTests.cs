using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using SswpNas.MLNet.Search;

namespace SswpNas.MLNet.Tests.Search;

[TestClass]
public sealed class SearchResultAnnotationTests
{
    private const int Rows = 40;

    private readonly MLContext _ml = new(seed: 1);
    private readonly Payload _payload = new();

    public static IEnumerable<object[]> WaysDown =>
    [
        Way("Cache", (ml, view) => ml.Data.Cache(view)),
        Way("ShuffleRows", (ml, view) => ml.Data.ShuffleRows(view, seed: 3)),
        Way("TakeRows", (ml, view) => ml.Data.TakeRows(view, 7)),
        Way("SkipRows", (ml, view) => ml.Data.SkipRows(view, 7)),
        Way("FilterRowsByColumn", (ml, view) => ml.Data.FilterRowsByColumn(view, "Weight", 3, 17)),
        Way("TrainTestSplit, train", (ml, view) => ml.Data.TrainTestSplit(view, 0.25).TrainSet),
        Way("TrainTestSplit, test", (ml, view) => ml.Data.TrainTestSplit(view, 0.25).TestSet),
        Way("CrossValidationSplit", (ml, view) => ml.Data.CrossValidationSplit(view, 3)[1].TrainSet),
        Way("CopyColumns", Fitted(ml => ml.Transforms.CopyColumns("Copied", "Features"))),
        Way("CopyColumns, original dropped", Fitted(ml => ml.Transforms.CopyColumns("Copied", "Features")
            .Append(ml.Transforms.DropColumns("Features")))),
        Way("SelectColumns", Fitted(ml => ml.Transforms.SelectColumns("Label", "Features"))),
        Way("SelectColumns with hidden ones", Fitted(ml => ml.Transforms.CopyColumns("Features", "Weight")
            .Append(ml.Transforms.SelectColumns(["Features", "Label"], keepHidden: true)))),
        Way("AppendCacheCheckpoint", Fitted(ml => ml.Transforms.CopyColumns("Copied", "Features")
            .AppendCacheCheckpoint(ml).Append(ml.Transforms.CopyColumns("Twice", "Copied")))),
    ];

    [TestMethod]
    [DynamicData(nameof(WaysDown))]
    public void ItSurvives(string name, Func<MLContext, IDataView, IDataView> way)
    {
        IDataView below = way(_ml, Annotated());
        Assert.IsTrue(SearchResultAnnotation.TryFind(below.Schema, out Payload? found), $"{name} lost it.");
        Assert.AreSame(_payload, found);
        Assert.IsGreaterThan(0, below.GetColumn<bool>("Label").Count());
    }

    [TestMethod]
    public void CrossValidationFindsItInEveryFold()
    {
        Finder finder = new(_ml);
        _ml.BinaryClassification.CrossValidateNonCalibrated(Annotated(), finder, numberOfFolds: 3);
        Assert.HasCount(3, finder.Found);
        foreach (object? found in finder.Found) Assert.AreSame(_payload, found);
    }

    [TestMethod]
    public void RowsAndOtherAnnotationsStayAsTheyWere()
    {
        IDataView plain = Plain();
        IDataView annotated = SearchResultAnnotation.Attach(plain, "Features", _payload);
        Assert.AreEqual(plain.Schema.Count, annotated.Schema.Count);
        for (int i = 0; i < plain.Schema.Count; i++)
        {
            Assert.AreEqual(plain.Schema[i].Name, annotated.Schema[i].Name);
            Assert.AreEqual(plain.Schema[i].IsHidden, annotated.Schema[i].IsHidden);
            Assert.AreEqual(plain.Schema[i].Type, annotated.Schema[i].Type);
        }

        CollectionAssert.AreEqual(
            plain.GetColumn<float[]>("Features").SelectMany(f => f).ToArray(),
            annotated.GetColumn<float[]>("Features").SelectMany(f => f).ToArray());
        VBuffer<ReadOnlyMemory<char>> names = default;
        annotated.Schema["Features"].GetSlotNames(ref names);
        CollectionAssert.AreEqual(new[] { "Weight", "Other" }, names.DenseValues().Select(n => n.ToString()).ToArray());
    }

    [TestMethod]
    public void TheOneAttachedLastIsFound()
    {
        Payload later = new();
        IDataView copied = _ml.Transforms.CopyColumns("Second", "Features").Fit(Annotated()).Transform(Annotated());
        IDataView twice = SearchResultAnnotation.Attach(copied, "Second", later);
        Assert.IsTrue(SearchResultAnnotation.TryFind(twice.Schema, out Payload? found));
        Assert.AreSame(later, found);
    }

    [TestMethod]
    public void WithoutASearchNothingIsFound()
    {
        Assert.IsFalse(SearchResultAnnotation.TryFind(Plain().Schema, out Payload? found));
        Assert.IsNull(found);
    }

    [TestMethod]
    public void AModelCanBeSavedWithTheAnnotatedSchema()
    {
        IDataView view = Annotated();
        using MemoryStream saved = new();
        _ml.Model.Save(_ml.Transforms.CopyColumns("Copied", "Features").Fit(view), view.Schema, saved);
        saved.Position = 0;
        _ml.Model.Load(saved, out DataViewSchema schema);
        Assert.IsNotNull(schema.GetColumnOrNull("Features"));
        Assert.IsFalse(SearchResultAnnotation.TryFind<Payload>(schema, out _));
    }

    private IDataView Annotated() => SearchResultAnnotation.Attach(Plain(), "Features", _payload);

    private IDataView Plain()
    {
        IDataView view = _ml.Data.LoadFromEnumerable(
            Enumerable.Range(0, Rows).Select(i => new Row { Weight = i, Other = -i, Label = i % 2 == 0 }));
        return _ml.Transforms.Concatenate("Features", "Weight", "Other").Fit(view).Transform(view);
    }

    private static object[] Way(string name, Func<MLContext, IDataView, IDataView> way) => [name, way];

    private static Func<MLContext, IDataView, IDataView> Fitted<T>(Func<MLContext, IEstimator<T>> estimator)
        where T : class, ITransformer => (ml, view) => estimator(ml).Fit(view).Transform(view);

    private sealed class Payload;

    private sealed class Row
    {
        public float Weight { get; set; }

        public float Other { get; set; }

        public bool Label { get; set; }
    }

    /// <summary>Looks for the result when it is fitted, then is a stock trainer.</summary>
    private sealed class Finder(MLContext ml) : IEstimator<ITransformer>
    {
        private readonly AveragedPerceptronTrainer _trainer = ml.BinaryClassification.Trainers.AveragedPerceptron();

        public List<object?> Found { get; } = [];

        public ITransformer Fit(IDataView input)
        {
            SearchResultAnnotation.TryFind(input.Schema, out Payload? found);
            Found.Add(found);
            return _trainer.Fit(input);
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _trainer.GetOutputSchema(inputSchema);
    }
}
