using System.Buffers.Binary;
using CsCheck;

namespace SswpNas.MLNet.Tests.Fuzz;

/// <summary>Damage to the parts of a PNG whose checksums are right again.</summary>
internal static class PngEdits
{
    private const int Signature = 8;

    public static Gen<byte[]> Of(byte[] png)
    {
        (string Type, byte[] Content)[] chunks = [.. Chunks(png)];
        Gen<byte[]> edited = Gen.Select(Gen.Int[0, chunks.Length - 1], Gen.Int[0, 4], Gen.UInt, (at, kind, value) => (at, kind, value))
            .SelectMany(edit => ByteEdits.Of(chunks[edit.at].Content.Length == 0 ? [0] : chunks[edit.at].Content)
                .Select(content => Edited(png, chunks, edit.at, edit.kind, edit.value, content)));
        return Gen.Frequency((2, edited), (1, ByteEdits.Of(png)));
    }

    /// <summary>A file of other parts.</summary>
    public static byte[] Of(byte[] png, IEnumerable<(string Type, byte[] Content)> chunks) =>
        [.. png[..Signature], .. chunks.SelectMany(chunk => Chunk(chunk.Type, chunk.Content))];

    public static IEnumerable<(string Type, byte[] Content)> Chunks(byte[] png)
    {
        for (int at = Signature; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            yield return (System.Text.Encoding.ASCII.GetString(png, at + 4, 4), png[(at + 8)..(at + 8 + length)]);
            at += length + 12;
        }
    }

    private static byte[] Edited(byte[] png, (string Type, byte[] Content)[] chunks, int at, int kind, uint value, byte[] content)
    {
        List<(string Type, byte[] Content)> edited = [.. chunks];
        switch (kind)
        {
            case 0:
                edited.RemoveAt(at);
                break;
            case 1:
                edited.InsertRange(at, Enumerable.Repeat(edited[at], 1 + (int)(value % 20)));
                break;
            case 2:
                string[] types = ["IHDR", "PLTE", "IDAT", "IEND", "iCCP", "zTXt", "tEXt", "gAMA", "acTL", "fdAT", "eXIf", "tRNS"];
                edited.Insert(at, (types[value % types.Length], content));
                break;
            default:
                edited[at] = (edited[at].Type, content);
                break;
        }

        return Of(png, edited);
    }

    private static byte[] Chunk(string type, byte[] content)
    {
        byte[] chunk = new byte[content.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        System.Text.Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        content.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(content.Length + 8), Crc32(chunk.AsSpan(4, content.Length + 4)));
        return chunk;
    }

    public static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int i = 0; i < 8; i++) crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }

        return ~crc;
    }
}
