using System.Buffers.Binary;
using System.Text;

namespace SswpNas.MLNet.Tests.Native;

/// <summary>
/// A 64-bit ELF file of a few hundred bytes with nothing in it but what versions of which libraries it needs.
/// </summary>
internal static class TinyElf
{
    private const int HeaderSize = 64;
    private const int RecordSize = 16;

    public static byte[] Needing(params (string Library, string[] Versions)[] needs)
    {
        using MemoryStream names = new();
        names.WriteByte(0);
        byte[] verneed = Verneed(needs, names);

        int namesAt = HeaderSize;
        int verneedAt = namesAt + (int)names.Length;
        int sectionsAt = verneedAt + verneed.Length;
        byte[] elf = new byte[sectionsAt + (3 * HeaderSize)];
        new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1 }.CopyTo(elf, 0);
        Put64(elf, 0x28, sectionsAt);
        Put16(elf, 0x3A, HeaderSize);
        Put16(elf, 0x3C, 3);
        names.ToArray().CopyTo(elf, namesAt);
        verneed.CopyTo(elf, verneedAt);
        Section(elf.AsSpan(sectionsAt + HeaderSize), 3, namesAt, (int)names.Length, 0);
        Section(elf.AsSpan(sectionsAt + (2 * HeaderSize)), 0x6ffffffe, verneedAt, verneed.Length, 1);
        return elf;
    }

    private static byte[] Verneed((string Library, string[] Versions)[] needs, MemoryStream names)
    {
        byte[] bytes = new byte[needs.Sum(need => RecordSize * (1 + need.Versions.Length))];
        int at = 0;
        for (int i = 0; i < needs.Length; i++)
        {
            string[] versions = needs[i].Versions;
            int size = RecordSize * (1 + versions.Length);
            Put16(bytes, at, 1);
            Put16(bytes, at + 2, versions.Length);
            Put32(bytes, at + 4, Add(names, needs[i].Library));
            Put32(bytes, at + 8, RecordSize);
            Put32(bytes, at + 12, i == needs.Length - 1 ? 0 : size);
            for (int j = 0; j < versions.Length; j++)
            {
                int aux = at + (RecordSize * (1 + j));
                Put16(bytes, aux + 6, j + 2);
                Put32(bytes, aux + 8, Add(names, versions[j]));
                Put32(bytes, aux + 12, j == versions.Length - 1 ? 0 : RecordSize);
            }

            at += size;
        }

        return bytes;
    }

    private static int Add(MemoryStream names, string name)
    {
        int at = (int)names.Length;
        names.Write(Encoding.ASCII.GetBytes(name + '\0'));
        return at;
    }

    private static void Section(Span<byte> header, uint type, int offset, int size, int link)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], type);
        BinaryPrimitives.WriteInt64LittleEndian(header[0x18..], offset);
        BinaryPrimitives.WriteInt64LittleEndian(header[0x20..], size);
        BinaryPrimitives.WriteInt32LittleEndian(header[0x28..], link);
    }

    private static void Put16(byte[] bytes, int at, int value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), (ushort)value);

    private static void Put32(byte[] bytes, int at, int value) =>
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);

    private static void Put64(byte[] bytes, int at, long value) =>
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), value);
}
