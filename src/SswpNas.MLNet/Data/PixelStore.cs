namespace SswpNas.MLNet.Data;

/// <summary>Height and width in pixels, and channels (1 or 3), of every image of a data set.</summary>
internal readonly record struct ImageShape(int Channels, int Height, int Width)
{
    public int Size => Channels * Height * Width;

    public override string ToString() => $"{Channels} x {Height} x {Width}";
}

/// <summary>
/// Images decoded once into bytes, channels last (height, width, channel), read at random without copies: from memory,
/// or from a mapped file where they are too many. A byte b stands for Black + b / 255 * (White - Black) in the pixel
/// column.
/// </summary>
internal sealed class PixelStore : IDisposable
{
    private readonly byte[][] _images = [];
    private readonly PixelFile? _file;

    public PixelStore(ImageShape shape, PixelRange range, byte[][] images)
    {
        (Shape, Range, Count) = (shape, range, images.Length);
        _images = images;
    }

    /// <summary>Over a mapped file, which the store owns.</summary>
    public PixelStore(ImageShape shape, PixelRange range, PixelFile file, int count)
    {
        (Shape, Range, Count) = (shape, range, count);
        _file = file;
    }

    public ImageShape Shape { get; }

    public PixelRange Range { get; }

    public int Count { get; }

    /// <summary>Whether the images lie in a file.</summary>
    public bool IsMapped => _file is not null;

    /// <summary>The bytes of one image: height x width x channels. Good until the store is disposed.</summary>
    public ReadOnlySpan<byte> this[int index] =>
        _file is null ? _images[index] : _file.Span((long)index * Shape.Size, Shape.Size);

    /// <summary>
    /// Tells data sets apart: shape, range and every byte in order, the same on every machine. 64 bits of SHA-256, so
    /// that a checkpoint can say that it was made on other data.
    /// </summary>
    public ulong Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> header = stackalloc byte[24];
        BinaryPrimitives.WriteInt32LittleEndian(header, Shape.Channels);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], Shape.Height);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], Shape.Width);
        BinaryPrimitives.WriteSingleLittleEndian(header[12..], Range.Black);
        BinaryPrimitives.WriteSingleLittleEndian(header[16..], Range.White);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], Count);
        hash.AppendData(header);
        for (int i = 0; i < Count; i++) hash.AppendData(this[i]);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash.GetHashAndReset());
    }

    public void Dispose() => _file?.Dispose();
}
