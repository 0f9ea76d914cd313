using System.Text;
using Google.Protobuf;

namespace SswpNas.MLNet.Tests.TensorBoard;

/// <summary>One value of an event file, read by the formats' own rules and none of the library's code.</summary>
internal sealed record EventValue(long Step, string Tag)
{
    public float? Scalar { get; init; }

    public string? Text { get; init; }

    public double[]? Limits { get; init; }

    public double[]? Counts { get; init; }
}

/// <summary>
/// TFRecord and tensorflow.Event by hand: field numbers as in tensorflow/core/util/event.proto and summary.proto, the sums by
/// the bitwise CRC-32C.
/// </summary>
internal static class EventFileReader
{
    public static IReadOnlyList<EventValue> ReadFolder(string folder) => Read(Directory.GetFiles(folder, "events.out.tfevents.*").Single());

    public static IReadOnlyList<EventValue> Read(string path)
    {
        List<EventValue> values = [];
        using BinaryReader reader = new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        bool first = true;
        while (reader.BaseStream.Position < reader.BaseStream.Length)
        {
            byte[] length = reader.ReadBytes(8);
            Assert.AreEqual(Masked(length), reader.ReadUInt32(), "the length's sum");
            byte[] data = reader.ReadBytes((int)BitConverter.ToInt64(length));
            Assert.AreEqual(Masked(data), reader.ReadUInt32(), "the message's sum");
            Event(data, values, first);
            first = false;
        }

        return values;
    }

    /// <summary>CRC-32C bit by bit, masked as TFRecord's documentation says.</summary>
    public static uint Masked(byte[] bytes)
    {
        uint crc = Crc32C(bytes);
        return ((crc >> 15) | (crc << 17)) + 0xA282EAD8;
    }

    public static uint Crc32C(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) == 1 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }

        return ~crc;
    }

    private static void Event(byte[] data, List<EventValue> values, bool first)
    {
        CodedInputStream input = new(data);
        long step = 0;
        string? version = null;
        byte[] summary = [];
        double time = 0;
        while (input.ReadTag() is uint tag and not 0)
        {
            switch (tag >> 3)
            {
                case 1: time = input.ReadDouble(); break;
                case 2: step = input.ReadInt64(); break;
                case 3: version = input.ReadString(); break;
                case 5: summary = input.ReadBytes().ToByteArray(); break;
                default: input.SkipLastField(); break;
            }
        }

        Assert.AreEqual(first ? "brain.Event:2" : null, version);
        Assert.IsLessThan(3600, Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - time));
        CodedInputStream list = new(summary);
        while (list.ReadTag() is uint tag and not 0)
        {
            if (tag >> 3 == 1) values.Add(Value(list.ReadBytes().ToByteArray(), step));
            else list.SkipLastField();
        }
    }

    private static EventValue Value(byte[] data, long step)
    {
        CodedInputStream input = new(data);
        EventValue value = new(step, "");
        while (input.ReadTag() is uint tag and not 0)
        {
            switch (tag >> 3)
            {
                case 1: value = value with { Tag = input.ReadString() }; break;
                case 2: value = value with { Scalar = input.ReadFloat() }; break;
                case 8: value = value with { Text = Encoding.UTF8.GetString(Field(input.ReadBytes().ToByteArray(), 8)) }; break;
                case 5:
                    byte[] histogram = input.ReadBytes().ToByteArray();
                    value = value with { Limits = Doubles(Field(histogram, 6)), Counts = Doubles(Field(histogram, 7)) };
                    break;
                default: input.SkipLastField(); break;
            }
        }

        return value;
    }

    private static byte[] Field(byte[] data, int number)
    {
        CodedInputStream input = new(data);
        byte[] found = [];
        while (input.ReadTag() is uint tag and not 0)
        {
            if (tag >> 3 == number) found = input.ReadBytes().ToByteArray();
            else input.SkipLastField();
        }

        return found;
    }

    private static double[] Doubles(byte[] packed) =>
        [.. Enumerable.Range(0, packed.Length / 8).Select(i => BitConverter.ToDouble(packed, 8 * i))];
}
