using Microsoft.ML;
using Microsoft.ML.Data;

namespace SswpNas.MLNet.Tests.Onnx;

/// <summary>All that a scored row of <see cref="PixelRows"/> holds, read through cursors.</summary>
internal sealed record FullRow(
    DataViewRowId Id, string Class, uint Label, float[] Pixels, float[] Features, float[] Score, uint PredictedLabel)
{
    private static readonly string[] Everything = ["Class", "Label", "Pixels", "Features", "Score", "PredictedLabel"];

    public static FullRow[] All(IDataView view)
    {
        using DataViewRowCursor cursor = view.GetRowCursor(Everything.Select(name => view.Schema[name]));
        Func<FullRow> read = Open(cursor);
        List<FullRow> rows = [];
        while (cursor.MoveNext())
        {
            rows.Add(read());
            Assert.AreEqual(rows.Count - 1, cursor.Position);
        }

        return [.. rows];
    }

    public static Func<FullRow> Open(DataViewRowCursor cursor)
    {
        ValueGetter<DataViewRowId> id = cursor.GetIdGetter();
        ValueGetter<ReadOnlyMemory<char>> name = Getter<ReadOnlyMemory<char>>("Class");
        ValueGetter<uint> label = Getter<uint>("Label"), predicted = Getter<uint>("PredictedLabel");
        ValueGetter<VBuffer<float>> pixels = Getter<VBuffer<float>>("Pixels");
        ValueGetter<VBuffer<float>> features = Getter<VBuffer<float>>("Features"), score = Getter<VBuffer<float>>("Score");
        return () => new FullRow(
            Read(id), Read(name).ToString(), Read(label), Numbers(pixels), Numbers(features), Numbers(score), Read(predicted));

        ValueGetter<T> Getter<T>(string column) => cursor.GetGetter<T>(cursor.Schema[column]);
    }

    private static T Read<T>(ValueGetter<T> getter)
    {
        T value = default!;
        getter(ref value);
        return value;
    }

    private static float[] Numbers(ValueGetter<VBuffer<float>> getter) => [.. Read(getter).DenseValues()];

    public static void AreEqual(FullRow[] expected, FullRow[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        foreach ((FullRow one, FullRow other) in expected.Zip(actual))
        {
            Assert.AreEqual(one.Id, other.Id);
            Assert.AreEqual((one.Class, one.Label, one.PredictedLabel), (other.Class, other.Label, other.PredictedLabel));
            CollectionAssert.AreEqual(one.Pixels, other.Pixels);
            for (int k = 0; k < one.Score.Length; k++) Assert.AreEqual(one.Score[k], other.Score[k], 1e-6f);
            for (int k = 0; k < one.Features.Length; k++) Assert.AreEqual(one.Features[k], other.Features[k], 1e-5f);
        }
    }
}
