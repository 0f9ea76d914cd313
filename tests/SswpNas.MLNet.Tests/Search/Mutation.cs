using System.Text;
using SswpNas.MLNet.Sampling;

namespace SswpNas.MLNet.Tests.Search;

/// <summary>Random damage to a file: a few bits, a piece lost, doubled or replaced by what hurts parsers.</summary>
internal static class Mutation
{
    private static readonly byte[][] _texts =
    [
        .. new[]
        {
            "-1", "0", "9223372036854775807", "4294967296", "1e999", "\"NaN\"", "null", "{}", "[]", "[[[[[[[[",
            "\"\\ud800\"", "\"", "\0", "\u00ff", ",", "}", "1.5", "true", ":", "F64", "\uffff",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public static byte[] Of(byte[] bytes, ref RandomStream random)
    {
        List<byte> mutated = [.. bytes];
        int times = 1 + random.NextInt(3);
        for (int i = 0; i < times && mutated.Count > 0; i++) Once(mutated, ref random);
        return [.. mutated];
    }

    private static void Once(List<byte> bytes, ref RandomStream random)
    {
        // Half of all damage is done near the start, where headers are.
        int at = random.NextInt(random.NextBool(0.5) ? Math.Min(bytes.Count, 400) : bytes.Count);
        int length = 1 + random.NextInt(Math.Min(bytes.Count - at, 20));
        switch (random.NextInt(5))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.NextInt(8));
                break;
            case 1:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            default:
                bytes.RemoveRange(at, Math.Min(length, 3));
                bytes.InsertRange(at, _texts[random.NextInt(_texts.Length)]);
                break;
        }
    }
}
