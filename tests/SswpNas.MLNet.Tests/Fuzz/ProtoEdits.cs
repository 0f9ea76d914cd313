using CsCheck;

namespace SswpNas.MLNet.Tests.Fuzz;

/// <summary>Damage to one field, at any depth, of a protobuf message whose lengths around it are right again.</summary>
internal static class ProtoEdits
{
    private const int MostDepth = 8;

    /// <summary>An edit deep in a message, or of its bytes.</summary>
    public static Gen<byte[]> Of(byte[] message)
    {
        Gen<byte[]> deep = Gen.Select(Gen.UInt.Array[MostDepth], Gen.Int[0, 3], ByteEdits.Of([0, 1, 2, 3, 4, 5, 6, 7]), (path, kind, bytes) =>
            Edit(message, path, 0, kind, bytes));
        return Gen.Frequency((3, deep), (1, ByteEdits.Of(message)), (1, ByteEdits.Of(deep)));
    }

    private static byte[] Edit(byte[] message, uint[] path, int depth, int kind, byte[] bytes)
    {
        List<(byte[] Tag, byte[]? Content)>? fields = Fields(message);
        if (fields is null || fields.Count == 0) return message;
        int at = (int)(path[depth] % fields.Count);
        (byte[] tag, byte[]? content) = fields[at];
        bool descends = content is { Length: > 1 } && depth + 1 < path.Length && path[depth] % 5 != 0 && Fields(content) is { Count: > 0 };
        if (descends)
        {
            fields[at] = (tag, Edit(content!, path, depth + 1, kind, bytes));
        }
        else
        {
            switch (kind)
            {
                case 0:
                    fields.RemoveAt(at);
                    break;
                case 1:
                    fields.InsertRange(at, Enumerable.Repeat(fields[at], 1 + (int)(path[^1] % 50)));
                    break;
                case 2 when content is not null:
                    fields[at] = (tag, bytes);
                    break;
                default:
                    fields[at] = ([(byte)(tag[0] ^ (8 << (int)(path[^1] % 4))), .. tag[1..]], content);
                    break;
            }
        }

        return [.. fields.SelectMany(field => field.Content is null
            ? field.Tag
            : [.. field.Tag, .. Varint((ulong)field.Content.Length), .. field.Content])];
    }

    /// <summary>Tags with the numbers of fields without content; null where the bytes are no message.</summary>
    private static List<(byte[] Tag, byte[]? Content)>? Fields(byte[] message)
    {
        List<(byte[], byte[]?)> fields = [];
        int at = 0;
        while (at < message.Length)
        {
            int start = at;
            if (Varint(message, ref at) is not ulong tag || tag >> 3 == 0) return null;
            int tagEnd = at;
            switch (tag & 7)
            {
                case 0 when Varint(message, ref at) is not null:
                    fields.Add((message[start..at], null));
                    break;
                case 1 or 5:
                    at += (tag & 7) == 1 ? 8 : 4;
                    if (at > message.Length) return null;
                    fields.Add((message[start..at], null));
                    break;
                case 2 when Varint(message, ref at) is ulong length && length <= (ulong)(message.Length - at):
                    fields.Add((message[start..tagEnd], message[at..(at + (int)length)]));
                    at += (int)length;
                    break;
                default:
                    return null;
            }
        }

        return fields;
    }

    private static ulong? Varint(byte[] bytes, ref int at)
    {
        ulong value = 0;
        for (int i = 0; i < 10 && at < bytes.Length; i++)
        {
            byte b = bytes[at++];
            value |= (ulong)(b & 0x7F) << (7 * i);
            if ((b & 0x80) == 0) return value;
        }

        return null;
    }

    private static IEnumerable<byte> Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7) yield return (byte)(value | 0x80);
        yield return (byte)value;
    }
}
