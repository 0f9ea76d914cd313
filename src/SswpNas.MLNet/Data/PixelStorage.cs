namespace SswpNas.MLNet.Data;

/// <summary>Where the bytes of images go: into memory up to a limit, beyond it into a temporary file.</summary>
/// <param name="MemoryLimit">Bytes that are kept in memory at most.</param>
/// <param name="Folder">The folder for the file; it is there under no name, or until it is closed.</param>
internal sealed record PixelStorage(long MemoryLimit, string Folder)
{
    public const long DefaultMemoryLimit = 1L << 30;

    /// <summary>No file, whatever the size.</summary>
    public static PixelStorage Memory { get; } = new(long.MaxValue, "");
}
