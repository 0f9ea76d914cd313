namespace SswpNas.MLNet.Onnx.Models;

/// <summary>
/// The header that ML.NET writes before a part of a model: it names the loader, and the assembly that the loader is in, which
/// ML.NET loads by that name.
/// </summary>
internal static class ModelHeader
{
    private const int Bytes = 0x100;
    private const ulong Signature = 0x4C45444F4D004C4D; // "ML", 0, "MODEL"
    private const int Loader = 0x50, OtherLoader = 0x68, LoaderBytes = 24;
    private const int AssemblyAt = 0x90, AssemblyLength = 0x98;
    private const int MostAssemblyBytes = 2000;

    // It loads a second assembly that it names, and runs a mapping there.
    private const string CustomMapping = "CustomTransformer";

    /// <summary>Whether ML.NET looks for a header in a part of that name.</summary>
    public static bool IsNameOfOne(string name) =>
        name.Equals("Model.key", StringComparison.OrdinalIgnoreCase) || name.Equals("Model.bin", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="InvalidDataException">It is none, or names an assembly or a loader that is not allowed.</exception>
    public static void Check(ReadOnlySpan<byte> part, string path, IReadOnlyList<string> assemblies)
    {
        if (part.Length < Bytes || BinaryPrimitives.ReadUInt64LittleEndian(part) != Signature)
            throw Damaged.File(path, $"of {part.Length} bytes does not begin as a part of a model", "ML.NET's header");
        foreach (int at in (int[])[Loader, OtherLoader])
        {
            if (Encoding.Latin1.GetString(part.Slice(at, LoaderBytes)).TrimEnd('\0') == CustomMapping)
                throw Damaged.File(path, "is a custom mapping, which runs code of the application", "stock transformers only");
        }

        if (Assembly(part, path) is string assembly && !assemblies.Contains(assembly, StringComparer.Ordinal))
        {
            throw Damaged.File(
                path, $"asks for the assembly '{assembly}'", $"one of AllowedAssemblies ({string.Join(", ", assemblies)})");
        }
    }

    /// <summary>The simple name of the assembly; null where none is named.</summary>
    private static string? Assembly(ReadOnlySpan<byte> part, string path)
    {
        long at = BinaryPrimitives.ReadInt64LittleEndian(part[AssemblyAt..]);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(part[AssemblyLength..]);
        if (length == 0) return null;
        if (at < Bytes || length > MostAssemblyBytes || at > part.Length - length)
            throw Damaged.File(path, $"names an assembly by {length} bytes from {at} on", $"some of its {part.Length} bytes");
        return Encoding.Unicode.GetString(part.Slice((int)at, (int)length)).Split(',')[0].Trim();
    }
}
