using System.IO.Compression;
using CsCheck;

namespace SswpNas.MLNet.Tests.Fuzz;

/// <summary>Damage to the parts of a zip archive, which is a whole archive again.</summary>
internal static class ZipEdits
{
    private static readonly string[] _names =
        ["../x", "/x", "a/../../x", "a\\..\\x", "C:x", "", " ", "Model.key", "model.KEY", "x/Model.bin", "OnnxModel", new string('n', 2000)];

    public static Gen<byte[]> Of(byte[] zip)
    {
        (string Name, byte[] Content)[] parts = [.. Parts(zip)];
        Gen<byte[]> edited = Gen.Select(Gen.Int[0, parts.Length - 1], Gen.Int[0, 5], Gen.UInt, (at, kind, value) => (at, kind, value))
            .SelectMany(edit => Content(parts[edit.at])
                .Select(content => Edited(parts, edit.at, edit.kind, edit.value, content)));
        return Gen.Frequency((3, edited), (1, ByteEdits.Of(zip)));
    }

    public static IEnumerable<(string Name, byte[] Content)> Parts(byte[] zip)
    {
        using ZipArchive archive = new(new MemoryStream(zip));
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            using Stream stream = entry.Open();
            using MemoryStream content = new();
            stream.CopyTo(content);
            yield return (entry.FullName, content.ToArray());
        }
    }

    public static byte[] Of(IEnumerable<(string Name, byte[] Content)> parts)
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in parts)
            {
                using Stream entry = archive.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }

    private static Gen<byte[]> Content((string Name, byte[] Content) part)
    {
        if (part.Content.Length == 0) return Gen.Const(part.Content);
        if (!part.Name.EndsWith("OnnxModel", StringComparison.Ordinal)) return ByteEdits.Of(part.Content);
        // ML.NET writes the model after its length.
        return ProtoEdits.Of(part.Content[4..]).Select(model => (byte[])[.. BitConverter.GetBytes(model.Length), .. model]);
    }

    private static byte[] Edited((string Name, byte[] Content)[] parts, int at, int kind, uint value, byte[] content)
    {
        List<(string Name, byte[] Content)> edited = [.. parts];
        switch (kind)
        {
            case 0:
                edited.RemoveAt(at);
                break;
            case 1:
                edited.Add(edited[at]);
                break;
            case 2:
                edited[at] = (_names[value % _names.Length], edited[at].Content);
                break;
            default:
                edited[at] = (edited[at].Name, content);
                break;
        }

        return Of(edited.Select(part => (part.Name.Length == 0 ? "x" : part.Name, part.Content)));
    }
}
