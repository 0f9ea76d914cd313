using CsCheck;
using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.Data;

namespace SswpNas.MLNet.Tests.Fuzz;

/// <summary>Label columns of every type of key, with values of every type behind the keys.</summary>
[TestClass]
[TestCategory("Fuzz")]
public sealed class LabelFuzzTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void ALabelColumnIsReadOrRefused()
    {
        Gen<ulong> counts = Gen.Frequency((8, Gen.ULong[1, 9]), (1, Gen.ULong[10, 200_000]), (1, Gen.ULong[1, ulong.MaxValue]));
        Fuzzing.Run(
            "label column", Gen.Select(Gen.Int[0, 5], counts, Gen.ULong.Array[1, 6], Gen.Int[-1, Behind.Kinds], Gen.Int[-1, 1], Gen.Long.Array[1, 9]),
            input => Read(input.Item1, input.Item2, input.Item3, new Behind(input.Item4, input.Item5, input.Item6)),
            [typeof(ArgumentException)]);
    }

    private void Read(int type, ulong count, ulong[] keys, Behind behind)
    {
        IDataView data = type switch
        {
            0 => Keys(Array.ConvertAll(keys, k => (byte)(k % 12)), Math.Min(count, byte.MaxValue), behind),
            1 => Keys(Array.ConvertAll(keys, k => (ushort)(k % 12)), Math.Min(count, ushort.MaxValue), behind),
            2 => Keys(Array.ConvertAll(keys, k => (uint)(k % 12)), Math.Min(count, uint.MaxValue), behind),
            3 => Keys(keys, count, behind),
            4 => _ml.Data.LoadFromEnumerable(keys.Select(k => new Row<float> { Value = k }).ToArray()),
            _ => _ml.Data.LoadFromEnumerable(keys.Select(k => new Row<string> { Value = $"{k}" }).ToArray()),
        };
        LabelColumn column = LabelColumn.Of(data.Schema, "Value");
        Assert.HasCount((int)((KeyDataViewType)column.Column.Type).Count, column.ClassNames);
        Assert.IsTrue(column.ClassNames.All(name => name is not null));
        // ML.NET's view of objects reads keys of this type alone.
        if (column.Column.Type.RawType != typeof(uint)) return;
        using DataViewRowCursor cursor = data.GetRowCursor([column.Column]);
        ValueGetter<int> label = column.Getter(cursor);
        while (cursor.MoveNext())
        {
            int value = 0;
            label(ref value);
            Assert.IsInRange(LabelColumn.Missing, column.ClassNames.Length - 1, value);
        }
    }

    private IDataView Keys<T>(T[] keys, ulong count, Behind behind)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row<T>));
        schema[0].ColumnType = new KeyDataViewType(typeof(T), count);
        behind.AddTo(schema[0], (int)Math.Min(count, 12));
        return _ml.Data.LoadFromEnumerable(keys.Select(k => new Row<T> { Value = k }).ToArray(), schema);
    }

    private sealed class Row<T>
    {
        public T Value { get; set; } = default!;
    }

    /// <summary>The values behind the keys: of a kind, as many as there are keys or not, made of some numbers; -1 is none.</summary>
    private sealed record Behind(int Kind, int More, long[] Seeds)
    {
        public const int Kinds = 18;

        public void AddTo(SchemaDefinition.Column column, int count)
        {
            int length = Math.Max(1, count + More);
            switch (Kind)
            {
                case -1: break;
                case 0: Add(column, length, TextDataViewType.Instance, s => ((char)s + " " + s).AsMemory()); break;
                case 1: Add(column, length, BooleanDataViewType.Instance, s => s % 2 == 0); break;
                case 2: Add(column, length, NumberDataViewType.Byte, s => (byte)s); break;
                case 3: Add(column, length, NumberDataViewType.SByte, s => (sbyte)s); break;
                case 4: Add(column, length, NumberDataViewType.Int16, s => (short)s); break;
                case 5: Add(column, length, NumberDataViewType.UInt16, s => (ushort)s); break;
                case 6: Add(column, length, NumberDataViewType.Int32, s => (int)s); break;
                case 7: Add(column, length, NumberDataViewType.UInt32, s => (uint)s); break;
                case 8: Add(column, length, NumberDataViewType.Int64, s => s); break;
                case 9: Add(column, length, NumberDataViewType.UInt64, s => (ulong)s); break;
                case 10: Add(column, length, NumberDataViewType.Single, s => s % 3 == 0 ? float.NaN : s / 7f); break;
                case 11: Add(column, length, NumberDataViewType.Double, s => s % 3 == 0 ? double.NegativeInfinity : s / 7.0); break;
                case 12: Add(column, length, DateTimeDataViewType.Instance, s => new DateTime(Math.Abs(s % DateTime.MaxValue.Ticks))); break;
                case 13: Add(column, length, DateTimeOffsetDataViewType.Instance, s => new DateTimeOffset(Math.Abs(s % DateTime.MaxValue.Ticks), TimeSpan.Zero)); break;
                case 14: Add(column, length, TimeSpanDataViewType.Instance, s => new TimeSpan(s)); break;
                case 15: Add(column, length, RowIdDataViewType.Instance, s => new DataViewRowId((ulong)s, 1)); break;
                case 16: Add(column, length, new KeyDataViewType(typeof(uint), 5), s => (uint)(s & 3)); break;
                case 17: column.AddAnnotation("KeyValues", (float)length, NumberDataViewType.Single); break;
                default: Add(column, length, TextDataViewType.Instance, _ => ReadOnlyMemory<char>.Empty); break;
            }
        }

        private void Add<T>(SchemaDefinition.Column column, int length, PrimitiveDataViewType type, Func<long, T> value) => column.AddAnnotation(
            "KeyValues",
            new VBuffer<T>(length, [.. Enumerable.Range(0, length).Select(i => value(Seeds[i % Seeds.Length] + i))]),
            new VectorDataViewType(type, length));
    }
}
