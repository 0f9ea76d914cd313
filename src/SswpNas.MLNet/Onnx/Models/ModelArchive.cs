using System.IO.Compression;

namespace SswpNas.MLNet.Onnx.Models;

/// <summary>
/// Checks a model.zip before ML.NET gets it: names, number and unpacked size of its parts, the assemblies that it asks for,
/// and the ONNX models in it. Nothing is written to a disk.
/// </summary>
internal static class ModelArchive
{
    private const int ChunkBytes = 1 << 16;
    private const string OnnxEntry = "OnnxModel";

    public static void Check(byte[] zip, string path, ModelFileOptions options)
    {
        // Before the library makes an object of each.
        int entries = zip.AsSpan().Count("PK\u0001\u0002"u8);
        if (entries > options.MaxEntries) throw Damaged.File(path, $"has {entries} parts", $"at most {options.MaxEntries}");
        try
        {
            using ZipArchive archive = new(new MemoryStream(zip, writable: false), ZipArchiveMode.Read);
            CheckEntries(archive, path, options);
        }
        catch (InvalidDataException e) when (e.Data[nameof(ModelArchive)] is null)
        {
            throw Mark(Damaged.File(path, $"is not a model.zip, or damaged ({e.Message})", "a zip archive", e));
        }
        catch (Exception e) when (e is NotSupportedException or IOException or ArgumentException)
        {
            throw Mark(Damaged.File(path, $"is damaged ({e.Message})", "a zip archive", e));
        }
    }

    private static void CheckEntries(ZipArchive archive, string path, ModelFileOptions options)
    {
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        long left = options.MaxUnpackedBytes;
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            string name = entry.FullName;
            if (!IsPlain(name)) throw Refusal(path, $"has a part '{Start(name)}'", "names that stay in their folder");
            if (!names.Add(name)) throw Refusal(path, $"has two parts '{Start(name)}'", "one of each name");
            byte[]? content = Unpack(entry, ref left, path, options);
            if (content is not null) Marked(() => CheckPart(entry.Name, content, $"{path}:{name}", options));
        }

        if (names.Count == 0) throw Refusal(path, "has no parts", "a model");
    }

    private static void CheckPart(string name, byte[] content, string path, ModelFileOptions options)
    {
        if (name == OnnxEntry) OnnxContent.Metadata(content, path, OnnxContent.StartInArchive(content, path));
        else ModelHeader.Check(content, path, options.AllowedAssemblies);
    }

    /// <summary>Reads through a part, whatever length it says; gives the content of those that are looked into.</summary>
    private static byte[]? Unpack(ZipArchiveEntry entry, ref long left, string path, ModelFileOptions options)
    {
        bool isRead = entry.Name == OnnxEntry || ModelHeader.IsNameOfOne(entry.Name);
        using Stream stream = entry.Open();
        using MemoryStream? content = isRead ? new MemoryStream() : null;
        byte[] chunk = new byte[ChunkBytes];
        while (stream.Read(chunk) is int read and > 0)
        {
            left -= read;
            if (left < 0)
                throw Refusal(path, $"unpacks to more than {options.MaxUnpackedBytes} bytes", "no more than MaxUnpackedBytes");
            content?.Write(chunk, 0, read);
        }

        return content?.ToArray();
    }

    private static bool IsPlain(string name) =>
        name.Length is > 0 and <= 1000 && !name.Any(char.IsControl) && !name.Contains(':', StringComparison.Ordinal)
        && name[0] is not ('/' or '\\') && !name.Split('/', '\\').Contains("..");

    private static string Start(string name) => name.Length > 80 ? name[..80] + "..." : name;

    private static InvalidDataException Refusal(string path, string came, string expected) =>
        Mark(Damaged.File(path, came, expected));

    /// <summary>Ours, and not the zip library's of the same type.</summary>
    private static InvalidDataException Mark(InvalidDataException e)
    {
        e.Data[nameof(ModelArchive)] = true;
        return e;
    }

    private static void Marked(Action check)
    {
        try
        {
            check();
        }
        catch (InvalidDataException e)
        {
            Mark(e);
            throw;
        }
    }
}
