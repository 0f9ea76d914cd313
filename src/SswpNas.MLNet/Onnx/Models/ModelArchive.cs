using System.IO.Compression;

namespace SswpNas.MLNet.Onnx.Models;

/// <summary>
/// Checks a model.zip before ML.NET gets it: names, number and unpacked size of its parts, the assemblies that it asks for,
/// and the ONNX models in it. Nothing is written to a disk.
/// </summary>
internal static class ModelArchive
{
    private const int ChunkBytes = 1 << 16;
    private const int MostNameLength = 1000;
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
            string name = NameFor(entry.FullName, path);
            if (!names.Add(name)) throw Refusal(path, $"has two parts '{Start(name)}'", "one of each name");
            string last = name[(name.LastIndexOf('/') + 1)..];
            byte[]? content = Unpack(entry, IsOnnx(last) || ModelHeader.IsNameOfOne(last), ref left, path, options);
            if (content is not null) Marked(() => CheckPart(last, content, $"{path}:{name}", options));
        }

        if (names.Count == 0) throw Refusal(path, "has no parts", "a model");
    }

    private static void CheckPart(string name, byte[] content, string path, ModelFileOptions options)
    {
        if (IsOnnx(name)) OnnxContent.Metadata(content, path, OnnxContent.StartInArchive(content, path));
        else ModelHeader.Check(content, path, options.AllowedAssemblies);
    }

    /// <summary>Reads through a part, whatever length it says; gives the content of those that are looked into.</summary>
    private static byte[]? Unpack(ZipArchiveEntry entry, bool isRead, ref long left, string path, ModelFileOptions options)
    {
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

    private static bool IsOnnx(string name) => name.Equals(OnnxEntry, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The one name by which ML.NET on any system can look a part up: '/' between folders, whichever system made the archive.
    /// Names that systems read differently are refused: other letters than ASCII's (their lower case may be an ASCII letter),
    /// '.' and '..', and what Windows cuts off.
    /// </summary>
    private static string NameFor(string fullName, string path)
    {
        string name = fullName.Replace('\\', '/');
        return name.Length is > 0 and <= MostNameLength && name.All(IsPlain) && name.Split('/').All(IsPlain)
            ? name
            : throw Refusal(path, $"has a part '{Start(fullName)}'", "names that stay in their folder, of plain ASCII,");
    }

    private static bool IsPlain(char c) => c is >= ' ' and <= '~' and not (':' or '*' or '?' or '"' or '<' or '>' or '|');

    private static bool IsPlain(string folderOrFile) => folderOrFile.Length > 0 && folderOrFile[^1] is not ('.' or ' ')
        && folderOrFile[0] != ' ' && !folderOrFile.Contains("..", StringComparison.Ordinal);

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
