using Microsoft.ML;
using Microsoft.ML.Data;

namespace SswpNas.MLNet.Tests.Data;

/// <summary>A row as tests make them: a number to know it by, a class, and pixels of 1 x 2 x 2.</summary>
internal sealed class TestRow
{
    public float Number { get; set; }

    public string Class { get; set; } = "";

    [VectorType(1, 2, 2)]
    public float[] Pixels { get; set; } = new float[4];

    /// <summary>Classes a, b, c ... in turn; the key column 'Label' is made by the stock mapping.</summary>
    public static IDataView View(MLContext ml, params int[] perClass)
    {
        List<TestRow> rows = [];
        for (int i = 0; i < perClass.Max(); i++)
        {
            for (int c = 0; c < perClass.Length; c++)
            {
                if (i < perClass[c])
                    rows.Add(new TestRow { Number = rows.Count, Class = ((char)('a' + c)).ToString() });
            }
        }

        return WithLabels(ml, ml.Data.LoadFromEnumerable(rows));
    }

    public static IDataView WithLabels(MLContext ml, IDataView data) =>
        ml.Transforms.Conversion.MapValueToKey("Label", "Class").Fit(data).Transform(data);

    /// <summary>Number and key of every row, in order.</summary>
    public static (float Number, uint Key)[] Labels(IDataView data) =>
        [.. data.GetColumn<float>("Number").Zip(data.GetColumn<uint>("Label"))];

    /// <summary>The numbers of the rows that have a label, ascending.</summary>
    public static float[] Labelled(IDataView data) =>
        [.. Labels(data).Where(r => r.Key > 0).Select(r => r.Number).Order()];
}
