using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.Data;

namespace SswpNas.MLNet.Tests.Cases;

/// <summary>A predicted label's name is the label's own value, whatever its type.</summary>
[TestClass]
[TestCategory("Cases")]
public sealed class KeyNameTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void EveryTypeOfKeyValueHasItsOwnName()
    {
        AssertNames<byte>([0, 1, 250], "0", "1", "250");
        AssertNames<sbyte>([-5, 0, 7], "-5", "0", "7");
        AssertNames<short>([-500, 0, 7], "-500", "0", "7");
        AssertNames<ushort>([500, 0, 7], "500", "0", "7");
        AssertNames<int>([-70000, 0, 7], "-70000", "0", "7");
        AssertNames<uint>([70000, 0, 7], "70000", "0", "7");
        AssertNames<long>([-5_000_000_000, 0, 7], "-5000000000", "0", "7");
        AssertNames<ulong>([ulong.MaxValue, 0, 7], "18446744073709551615", "0", "7");
        AssertNames<float>([-0.5f, 0, 7], "-0.5", "0", "7");
        AssertNames<double>([-0.25, 0, 7], "-0.25", "0", "7");
        AssertNames<bool>([true, false], "true", "false");
        AssertNames([new DateTime(2024, 5, 1, 0, 0, 0), new DateTime(2024, 5, 2, 1, 2, 3)], "2024-05-01T00:00:00", "2024-05-02T01:02:03");
        AssertNames([new DateTimeOffset(2024, 5, 1, 0, 0, 0, TimeSpan.FromHours(2))], "2024-05-01T00:00:00+02:00");
        AssertNames([TimeSpan.FromSeconds(90), TimeSpan.FromDays(-2)], "00:01:30", "-2.00:00:00");
        AssertNames([new DataViewRowId(1, 2)], "00000000000000020000000000000001");
        AssertNames(["bolt".AsMemory(), "nut".AsMemory()], "bolt", "nut");
    }

    [TestMethod]
    public void KeysWithoutValuesAreNumbered()
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(KeyRow));
        schema[0].ColumnType = new KeyDataViewType(typeof(uint), 3);

        IDataView data = _ml.Data.LoadFromEnumerable(new[] { new KeyRow() }, schema);

        CollectionAssert.AreEqual(new[] { "1", "2", "3" }, LabelColumn.Of(data.Schema, "Value").ClassNames);
    }

    [TestMethod]
    public void ValuesThatAreNoNamesAreRefused()
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(KeyRow));
        schema[0].ColumnType = new KeyDataViewType(typeof(uint), 3);
        schema[0].AddAnnotation(
            "KeyValues", new VBuffer<uint>(3, [1, 2, 3]), new VectorDataViewType(new KeyDataViewType(typeof(uint), 5), 3));
        IDataView data = _ml.Data.LoadFromEnumerable(new[] { new KeyRow() }, schema);

        string message = Assert.ThrowsExactly<ArgumentException>(() => LabelColumn.Of(data.Schema, "Value")).Message;

        Assert.Contains("The label column 'Value' holds keys with the values ", message);
    }

    private void AssertNames<T>(T[] values, params string[] names)
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(values.Select(value => new Row<T> { Value = value }).ToArray());

        IDataView keys = _ml.Transforms.Conversion.MapValueToKey("Value").Fit(rows).Transform(rows);

        CollectionAssert.AreEqual(names, LabelColumn.Of(keys.Schema, "Value").ClassNames, typeof(T).Name);
    }

    private sealed class Row<T>
    {
        public T Value { get; set; } = default!;
    }

    private sealed class KeyRow
    {
        public uint Value { get; set; }
    }
}
