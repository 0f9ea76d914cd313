using System.Buffers.Binary;
using System.Text;
using CsCheck;

namespace SswpNas.MLNet.Tests.Fuzz;

/// <summary>Damage to bytes: bits, pieces lost, doubled, moved or replaced by numbers and texts that hurt parsers.</summary>
internal static class ByteEdits
{
    private const int Head = 400;

    private static readonly byte[][] _texts =
    [
        .. new[]
        {
            "-1", "0", "9223372036854775807", "4294967296", "1e999", "\"NaN\"", "null", "{}", "[]", new string('[', 200), "\"\\ud800\"",
            "\"", "\0", "\u00ff", ",", "}", "1.5", "true", ":", "F64", "\uffff", "\n", "\r\n", "\t", "../", "/etc/passwd", "%s%n", " ",
            new string('9', 400), new string('A', 5000),
        }.Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly long[] _numbers =
        [0, 1, -1, 127, 128, 255, 256, 32767, 65535, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue];

    private static readonly Gen<Func<byte[], byte[]>> One = Gen.Select(
        Gen.Int[0, 8], Gen.Double.Unit, Gen.Double.Unit, Gen.UInt, Gen.Bool,
        (kind, where, howMuch, value, atHead) => (Func<byte[], byte[]>)(bytes => Edit(bytes, kind, where, howMuch, value, atHead)));

    /// <summary>One to four edits of some bytes; half of them near the start, where headers are.</summary>
    public static Gen<byte[]> Of(byte[] original) => One.Array[1, 4].Select(edits => Apply(original, edits));

    /// <summary>The same for bytes that are generated themselves.</summary>
    public static Gen<byte[]> Of(Gen<byte[]> original) => Gen.Select(original, One.Array[1, 4], Apply);

    /// <summary>The same for a text.</summary>
    public static Gen<string> Of(string original) => Of(Encoding.UTF8.GetBytes(original)).Select(Encoding.UTF8.GetString);

    private static byte[] Apply(byte[] original, Func<byte[], byte[]>[] edits) =>
        edits.Aggregate(original, (bytes, edit) => bytes.Length == 0 ? bytes : edit(bytes));

    private static byte[] Edit(byte[] bytes, int kind, double where, double howMuch, uint value, bool atHead)
    {
        int at = (int)(where * (atHead ? Math.Min(bytes.Length, Head) : bytes.Length));
        int length = 1 + (int)(howMuch * Math.Min(bytes.Length - at - 1, 30));
        byte[] before = bytes[..at], piece = bytes[at..(at + length)], after = bytes[(at + length)..];
        return kind switch
        {
            0 => Flipped(bytes, at, value),
            1 => before,
            2 => [.. before, .. after],
            3 => [.. before, .. piece, .. piece, .. after],
            4 => [.. before, .. _texts[value % _texts.Length], .. bytes[Math.Min(at + Math.Min(length, 3), bytes.Length)..]],
            5 => Overwritten(bytes, at, _numbers[value % _numbers.Length], value % 3),
            6 => [.. before, .. after, .. piece],
            7 => [.. before, .. Enumerable.Range(0, length).Select(i => (byte)(value >> (i % 4 * 8))), .. after],
            _ => [.. before, (byte)_numbers[value % _numbers.Length], .. bytes[(at + 1)..]],
        };
    }

    private static byte[] Flipped(byte[] bytes, int at, uint value)
    {
        byte[] flipped = [.. bytes];
        flipped[at] ^= (byte)(1 << (int)(value % 8));
        return flipped;
    }

    private static byte[] Overwritten(byte[] bytes, int at, long number, uint size)
    {
        byte[] little = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(little, number);
        byte[] written = [.. bytes];
        int count = Math.Min(size switch { 0 => 2, 1 => 4, _ => 8 }, bytes.Length - at);
        little.AsSpan(0, count).CopyTo(written.AsSpan(at));
        return written;
    }
}
