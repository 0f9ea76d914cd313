using System.Buffers.Binary;

namespace SswpNas.MLNet.Tests.Cases;

/// <summary>Colour profiles (ICC version 2) that change colours so much that nobody can miss it.</summary>
internal static class IccProfile
{
    /// <summary>A table from three or four inks to Lab, by the corners of the cube: the more of the first, the darker and greener.</summary>
    public static byte[] Table(int channels)
    {
        List<byte> table = [.. "mft1"u8, 0, 0, 0, 0, (byte)channels, 3, 2, 0];
        for (int i = 0; i < 9; i++) table.AddRange(Word(i % 4 == 0 ? 0x10000 : 0));
        for (int c = 0; c < channels; c++) table.AddRange(Enumerable.Range(0, 256).Select(i => (byte)i));
        for (int corner = 0; corner < 1 << channels; corner++)
            table.AddRange((corner & 1) == 0 ? [230, 128, 128] : (byte[])[120, 40, 170]);
        for (int c = 0; c < 3; c++) table.AddRange(Enumerable.Range(0, 256).Select(i => (byte)i));
        return Profile(channels == 4 ? "CMYK" : "RGB ", "Lab ", ("A2B0", [.. table]));
    }

    /// <summary>Primaries of other colours than sRGB's (red and blue have changed places), gamma 2.2.</summary>
    public static byte[] Matrix() => Profile(
        "RGB ", "XYZ ", ("rXYZ", Xyz(0.1431, 0.0606, 0.7141)), ("gXYZ", Xyz(0.3851, 0.7169, 0.0971)), ("bXYZ", Xyz(0.4361, 0.2225, 0.0139)),
        ("rTRC", Gamma()), ("gTRC", Gamma()), ("bTRC", Gamma()));

    private static byte[] Profile(string space, string connection, params (string Name, byte[] Content)[] tags)
    {
        List<byte> directory = [.. Word(tags.Length)], contents = [];
        int start = 128 + 4 + (12 * tags.Length);
        foreach ((string name, byte[] content) in tags)
        {
            directory.AddRange([.. Text(name), .. Word(start + contents.Count), .. Word(content.Length)]);
            contents.AddRange(content);
            while (contents.Count % 4 != 0) contents.Add(0);
        }

        byte[] header = new byte[128];
        Word(start + contents.Count).CopyTo(header, 0);
        Word(0x02400000).CopyTo(header, 8);
        Text("mntr").CopyTo(header, 12);
        Text(space).CopyTo(header, 16);
        Text(connection).CopyTo(header, 20);
        Text("acsp").CopyTo(header, 36);
        Xyz(0.9642, 1, 0.8249)[8..].CopyTo(header, 68);
        return [.. header, .. directory, .. contents];
    }

    private static byte[] Xyz(double x, double y, double z) =>
        [.. "XYZ "u8, 0, 0, 0, 0, .. Word((int)(x * 65536)), .. Word((int)(y * 65536)), .. Word((int)(z * 65536))];

    private static byte[] Gamma() => [.. "curv"u8, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0x33, 0, 0];

    private static byte[] Text(string four) => System.Text.Encoding.ASCII.GetBytes(four);

    private static byte[] Word(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
