using Microsoft.ML;
using Microsoft.ML.Data;

namespace SswpNas.MLNet.Tests.Data;

[TestClass]
public sealed class MaskLabelsTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void OtherLabelsAreMissingAndNothingElseChanges()
    {
        IDataView data = TestRow.View(_ml, 50, 30);

        IDataView masked = _ml.SswpNas().MaskLabels(data, "Label", 0.2, seed: 1);

        Assert.AreEqual(data.Schema["Label"].Type, masked.Schema["Label"].Type);
        VBuffer<ReadOnlyMemory<char>> names = default;
        masked.Schema["Label"].GetKeyValues(ref names);
        CollectionAssert.AreEqual(new[] { "a", "b" }, names.DenseValues().Select(n => n.ToString()).ToArray());
        CollectionAssert.AreEqual(Column<string>(data, "Class"), Column<string>(masked, "Class"));
        CollectionAssert.AreEqual(Column<float>(data, "Number"), Column<float>(masked, "Number"));
        uint[] before = Column<uint>(data, "Label"), after = Column<uint>(masked, "Label");
        Assert.IsTrue(before.Zip(after).All(p => p.Second == 0 || p.Second == p.First));
        Assert.AreEqual(10, after.Count(k => k == 1));
        Assert.AreEqual(6, after.Count(k => k == 2));
        Assert.AreEqual(80L, masked.Preview(100).RowView.Length);
    }

    [TestMethod]
    public void ANumberAClassAndNestingWorkThroughTheCatalog()
    {
        IDataView data = TestRow.View(_ml, 50, 30);

        float[] three = TestRow.Labelled(_ml.SswpNas().MaskLabelsPerClass(data, "Label", 3, seed: 4));
        float[] ten = TestRow.Labelled(_ml.SswpNas().MaskLabelsPerClass(data, "Label", 10, seed: 4));
        float[] other = TestRow.Labelled(_ml.SswpNas().MaskLabelsPerClass(data, "Label", 10, seed: 5));

        Assert.HasCount(6, three);
        Assert.HasCount(20, ten);
        CollectionAssert.IsSubsetOf(three, ten);
        CollectionAssert.AreNotEqual(ten, other);
    }

    [TestMethod]
    public void WithoutASeedTheContextsSeedDecides()
    {
        float[] first = Kept(new MLContext(5));

        CollectionAssert.AreEqual(first, Kept(new MLContext(5)));
        CollectionAssert.AreNotEqual(first, Kept(new MLContext(6)));

        static float[] Kept(MLContext ml) =>
            TestRow.Labelled(ml.SswpNas().MaskLabels(TestRow.View(ml, 50, 50), "Label", 0.1));
    }

    [TestMethod]
    public void TheSameLabelsAreKeptWhateverComesBeforeOrAfter()
    {
        IDataView data = TestRow.View(_ml, 200, 100);
        IDataView masked = Mask(data);
        float[] kept = TestRow.Labelled(masked);

        Assert.HasCount(60, kept);
        CollectionAssert.AreEqual(kept, TestRow.Labelled(_ml.Data.Cache(masked)));
        CollectionAssert.AreEqual(kept, TestRow.Labelled(Mask(_ml.Data.Cache(data))));
        CollectionAssert.AreEqual(kept, TestRow.Labelled(_ml.Data.ShuffleRows(masked, 3)));
        CollectionAssert.AreEqual(kept, TestRow.Labelled(_ml.Data.ShuffleRows(_ml.Data.Cache(masked), 3)));
        IDataView shuffledFirst = Mask(_ml.Data.ShuffleRows(data, 3));
        CollectionAssert.AreEqual(kept, TestRow.Labelled(shuffledFirst));
        CollectionAssert.AreEqual(kept, TestRow.Labelled(shuffledFirst), "The second reading is in another order.");
        CollectionAssert.AreEqual(
            kept.Where(n => n >= 100).ToArray(),
            TestRow.Labelled(_ml.Data.FilterRowsByColumn(masked, "Number", 100)));
        DataOperationsCatalog.TrainTestData split = _ml.Data.TrainTestSplit(masked, 0.3, seed: 2);
        CollectionAssert.AreEqual(
            kept, TestRow.Labelled(split.TrainSet).Concat(TestRow.Labelled(split.TestSet)).Order().ToArray());
    }

    [TestMethod]
    public void ShuffledAndPartitionedCursorsKeepTheSameLabels()
    {
        IDataView masked = Mask(_ml.Data.Cache(TestRow.View(_ml, 200, 100)));
        float[] kept = TestRow.Labelled(masked);
        DataViewSchema.Column[] columns = [masked.Schema["Number"], masked.Schema["Label"]];

        Assert.IsTrue(masked.CanShuffle);
        CollectionAssert.AreEqual(kept, Kept([masked.GetRowCursor(columns, new Random(1))]));
        CollectionAssert.AreEqual(kept, Kept(masked.GetRowCursorSet(columns, 4)));

        float[] Kept(DataViewRowCursor[] cursors)
        {
            List<float> numbers = [];
            foreach (DataViewRowCursor cursor in cursors)
            {
                using (cursor)
                {
                    ValueGetter<float> number = cursor.GetGetter<float>(columns[0]);
                    ValueGetter<uint> label = cursor.GetGetter<uint>(columns[1]);
                    float n = 0;
                    uint k = 0;
                    while (cursor.MoveNext())
                    {
                        number(ref n);
                        label(ref k);
                        if (k > 0) numbers.Add(n);
                    }
                }
            }

            return [.. numbers.Order()];
        }
    }

    [TestMethod]
    public void AStockChainTrainsOnTheKeptLabels()
    {
        IDataView data = TestRow.View(_ml, 60, 60);
        IDataView masked = _ml.SswpNas().MaskLabels(data, "Label", 0.5, seed: 1);
        var chain = _ml.Transforms.Concatenate("Features", "Number")
            .AppendCacheCheckpoint(_ml)
            .Append(_ml.MulticlassClassification.Trainers.NaiveBayes())
            .Append(_ml.Transforms.Conversion.MapKeyToValue("Said", "PredictedLabel"));

        IDataView scored = chain.Fit(masked).Transform(data);

        CollectionAssert.IsSubsetOf(Column<string>(scored, "Said").Distinct().ToArray(), new[] { "a", "b" });
        Assert.HasCount(120, Column<string>(scored, "Said"));
    }

    [TestMethod]
    public void PixelsAreNotReadToMaskLabels()
    {
        int reads = 0;
        IDataView rows = TestRow.View(_ml, 10, 10);
        IDataView data = _ml.Transforms.CustomMapping<TestRow, Counted>(
            (_, output) =>
            {
                reads++;
                output.Costly = 1;
            }, contractName: null).Fit(rows).Transform(rows);

        IDataView masked = Mask(data);
        TestRow.Labelled(masked);
        Assert.AreEqual(0, reads);
        Assert.HasCount(20, Column<float>(masked, "Costly"));
        Assert.AreEqual(20, reads);
    }

    [TestMethod]
    public void BadInputIsRefusedAtOnce()
    {
        IDataView data = TestRow.View(_ml, 5, 5);

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.SswpNas().MaskLabels(data, "Label", 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.SswpNas().MaskLabelsPerClass(data, "Label", 0));
        Assert.ThrowsExactly<ArgumentException>(() => _ml.SswpNas().MaskLabels(data, "Class", 0.5));
        Assert.ThrowsExactly<ArgumentException>(() => _ml.SswpNas().MaskLabels(data, "Target", 0.5));
        Assert.ThrowsExactly<ArgumentNullException>(() => _ml.SswpNas().MaskLabels(null!, "Label", 0.5));
        Assert.ThrowsExactly<InvalidDataException>(
            () => _ml.SswpNas().MaskLabels(TestRow.View(_ml, 5), "Label", 0.5));
    }

    [TestMethod]
    public void AStratifiedSplitHasEveryClassInProportionOnBothSides()
    {
        IDataView data = _ml.SswpNas().MaskLabelsPerClass(TestRow.View(_ml, 50, 30, 10), "Label", 10, seed: 1);

        StratifiedTrainTest split = _ml.SswpNas().StratifiedSplit(data, "Label", 0.2, seed: 3);
        StratifiedTrainTest again = _ml.SswpNas().StratifiedSplit(_ml.Data.ShuffleRows(data, 8), "Label", 0.2, seed: 3);

        uint[] test = Column<uint>(split.TestSet, "Label");
        CollectionAssert.AreEqual(
            new[] { 12, 2, 2, 2 }, Enumerable.Range(0, 4).Select(k => test.Count(l => l == k)).ToArray());
        Assert.AreEqual(18L, split.TestSet.GetRowCount());
        float[] numbers = Column<float>(split.TestSet, "Number"), others = Column<float>(split.TrainSet, "Number");
        CollectionAssert.AreEqual(
            Enumerable.Range(0, 90).Select(i => (float)i).ToArray(), numbers.Concat(others).Order().ToArray());
        CollectionAssert.AreEqual(numbers.Order().ToArray(), numbers);
        CollectionAssert.AreEqual(numbers, Column<float>(again.TestSet, "Number").Order().ToArray());
        CollectionAssert.AreEqual(numbers, Column<float>(_ml.Data.Cache(split.TestSet), "Number"));
    }

    private IDataView Mask(IDataView data) => _ml.SswpNas().MaskLabels(data, "Label", 0.2, seed: 1);

    private static T[] Column<T>(IDataView data, string name) => [.. data.GetColumn<T>(name)];

    private sealed class Counted
    {
        public float Costly { get; set; }
    }
}
