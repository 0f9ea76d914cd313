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

/// <summary>Collects images for a store, in memory until they are too many.</summary>
/// <param name="shape">The shape of each image.</param>
/// <param name="storage">Where images go.</param>
/// <param name="expected">How many there will be, so that a lack of space is found before the work; null if not known.</param>
internal sealed class PixelStoreWriter(ImageShape shape, PixelStorage storage, long? expected) : IDisposable
{
    private readonly List<byte[]> _images = [];
    private PixelFile? _file = Fits(expected ?? 0, shape, storage)
        ? null
        : PixelFile.Create(storage.Folder, Bytes(expected ?? 0, shape));

    private int _count;

    /// <summary>Takes an image over.</summary>
    public void Add(byte[] image)
    {
        _count = checked(_count + 1);
        if (_file is null && !Fits(_count, shape, storage)) Spill();
        if (_file is null) _images.Add(image);
        else _file.Write(image);
    }

    /// <summary>The store, which owns what was written.</summary>
    public PixelStore ToStore(PixelRange range)
    {
        if (_file is null || _count == 0) return new PixelStore(shape, range, [.. _images]);
        PixelFile file = _file;
        file.Map();
        _file = null;
        return new PixelStore(shape, range, file, _count);
    }

    public void Dispose() => _file?.Dispose();

    private void Spill()
    {
        _file = PixelFile.Create(storage.Folder, Bytes(_count, shape));
        foreach (byte[] image in _images) _file.Write(image);
        _images.Clear();
        _images.TrimExcess();
    }

    private static bool Fits(long images, ImageShape shape, PixelStorage storage) =>
        Bytes(images, shape) <= storage.MemoryLimit;

    private static long Bytes(long images, ImageShape shape) => checked(images * shape.Size);
}
