namespace SswpNas.MLNet.SearchSpace;

/// <summary>
/// Four overlapping square windows, one in each corner. DARTS's auxiliary heads average 5 x 5 windows: at stride 3 where the
/// map has 8 x 8 pixels (CIFAR), at stride 2 where it has 7 x 7 (ImageNet). Both are windows of a little more than half the
/// side, which is how other sizes get theirs.
/// </summary>
internal readonly record struct CornerWindows(int Side, int Stride)
{
    public const int Count = 4;

    /// <summary>The windows of a square map of at least 2 x 2 pixels.</summary>
    public static CornerWindows Of(int size)
    {
        int side = Math.Min(size - 1, ((size + 1) / 2) + 1);
        return new CornerWindows(side, size - side);
    }

    /// <summary>The first row and column of a window, 0 to 3.</summary>
    public (int Top, int Left) Start(int window) => (window / 2 * Stride, window % 2 * Stride);
}
