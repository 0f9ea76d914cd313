namespace SswpNas.MLNet.Data;

/// <summary>Height and width in pixels, and channels (1 or 3), of every image of a data set.</summary>
internal readonly record struct ImageShape(int Channels, int Height, int Width)
{
    public int Size => Channels * Height * Width;

    public override string ToString() => $"{Channels} x {Height} x {Width}";
}

/// <summary>The numbers that stand for black and white in a pixel column, for example 0 and 255.</summary>
internal readonly record struct PixelRange(float Black, float White);

/// <summary>
/// Images decoded once into bytes, channels last (height, width, channel), read at random without copies. A byte b
/// stands for Black + b / 255 * (White - Black) in the pixel column.
/// </summary>
internal sealed class PixelStore
{
    private readonly byte[][] _images;

    public PixelStore(ImageShape shape, PixelRange range, byte[][] images)
    {
        Shape = shape;
        Range = range;
        _images = images;
    }

    public ImageShape Shape { get; }

    public PixelRange Range { get; }

    public int Count => _images.Length;

    /// <summary>The bytes of one image: height x width x channels.</summary>
    public ReadOnlySpan<byte> this[int index] => _images[index];
}
