using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;

namespace SswpNas.MLNet.Tests.Data;

[TestClass]
public sealed class OrderedRowsTests
{
    private const int Rows = 500;

    private readonly MLContext _ml = new(1);

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(5)]
    public void RowsComeInTheirOrderOnAnyNumberOfThreads(int threads)
    {
        IDataView data = Slow();

        float[] numbers = [.. OrderedRows.Read(data, [data.Schema["Slow"]], threads, Open)];

        CollectionAssert.AreEqual(Enumerable.Range(0, Rows).Select(i => (float)i).ToArray(), numbers);
    }

    [TestMethod]
    public void SeveralThreadsReallyRead()
    {
        IDataView data = Slow();
        using Barrier together = new(3);

        int[] threads = [.. OrderedRows.Read<int>(data, [data.Schema["Slow"]], 3, _ =>
        {
            bool isFirst = true;
            return () =>
            {
                if (isFirst) Assert.IsTrue(together.SignalAndWait(TimeSpan.FromMinutes(1)), "Three threads have a row at the same time.");
                isFirst = false;
                return Environment.CurrentManagedThreadId;
            };
        })];

        Assert.HasCount(Rows, threads);
        Assert.HasCount(3, threads.Distinct().ToArray());
    }

    [TestMethod]
    public void ManyThreadsReadTheStoreThatOneReads()
    {
        IDataView data = Slow();
        LabelledPixels one = PixelReader.ReadLabelled(data, "Pixels", "Label", new PixelReading(PixelStorage.Memory, 1));
        LabelledPixels many = PixelReader.ReadLabelled(data, "Pixels", "Label", new PixelReading(PixelStorage.Memory, 4));

        Assert.AreEqual(one.Pixels.Fingerprint(), many.Pixels.Fingerprint());
        CollectionAssert.AreEqual(one.Labels, many.Labels);
        CollectionAssert.AreEqual(one.RowNumbers, many.RowNumbers);
        Assert.AreEqual(Rows, many.Pixels.Count);
        for (int i = 0; i < Rows; i++) Assert.AreEqual(i % 256, many.Pixels[i][0]);
    }

    [TestMethod]
    public void OfTwoProblemsTheFirstRowsIsTold()
    {
        IDataView data = Slow(badRows: [170, 171, 300]);

        for (int i = 0; i < 5; i++)
        {
            List<float> good = [];
            var error = Assert.Throws<InvalidOperationException>(() =>
            {
                foreach (float n in OrderedRows.Read(data, [data.Schema["Slow"]], 4, Open)) good.Add(n);
            });

            Assert.Contains("Row 170 is bad.", error.ToString());
            CollectionAssert.AreEqual(Enumerable.Range(0, 170).Select(n => (float)n).ToArray(), good);
        }
    }

    [TestMethod]
    public void AReadingThatIsGivenUpLetsGoOfItsCursors()
    {
        CountedView data = new(Slow());

        float[] first = [.. OrderedRows.Read(data, [data.Schema["Slow"]], 3, Open).Take(10)];

        Assert.HasCount(10, first);
        Assert.AreEqual(3, data.Cursors);
        Assert.AreEqual(3, data.Disposed);
        Assert.IsLessThan(Rows, data.Rows);
    }

    private static Func<float> Open(DataViewRowCursor cursor)
    {
        ValueGetter<float> getter = cursor.GetGetter<float>(cursor.Schema["Slow"]);
        float value = 0;
        return () =>
        {
            getter(ref value);
            return value;
        };
    }

    /// <summary>Rows whose column Slow takes now a short, now a long while, so that threads overtake one another.</summary>
    private IDataView Slow(params int[] badRows)
    {
        TestRow[] rows = [.. Enumerable.Range(0, Rows).Select(i => new TestRow
        {
            Number = i, Class = ((char)('a' + (i % 3))).ToString(), Pixels = [i % 256, 255, 0, 1],
        })];
        IDataView view = TestRow.WithLabels(_ml, _ml.Data.LoadFromEnumerable(rows));
        return _ml.Transforms.CustomMapping<TestRow, SlowRow>((row, slow) => Work(row, slow, badRows), null)
            .Fit(view).Transform(view);
    }

    private static void Work(TestRow row, SlowRow slow, int[] badRows)
    {
        RandomStream random = new(1, RandomPurpose.Shuffle, (long)row.Number);
        Thread.SpinWait(random.NextInt(random.NextInt(10) == 0 ? 20_000 : 200));
        if (badRows.Contains((int)row.Number)) throw new InvalidOperationException($"Row {row.Number} is bad.");
        slow.Slow = row.Number;
        slow.Pixels = row.Pixels;
    }

    private sealed class SlowRow
    {
        public float Slow { get; set; }

        [VectorType(1, 2, 2)]
        public float[] Pixels { get; set; } = [];
    }
}
