namespace SswpNas.MLNet.Data.Views;

/// <summary>Images as they are, normalised, for evaluation.</summary>
internal sealed class PlainRenderer(PixelNormalization normalization)
{
    private readonly float[] _table = normalization.Table();

    /// <summary>Writes N images, each height x width x channels.</summary>
    public void Render(PixelStore store, ReadOnlySpan<int> images, Span<float> destination)
    {
        int size = store.Shape.Size;
        for (int row = 0; row < images.Length; row++) Write(store[images[row]], destination.Slice(row * size, size));
    }

    private void Write(ReadOnlySpan<byte> image, Span<float> destination)
    {
        int channels = normalization.Channels;
        for (int c = 0; c < channels; c++)
        {
            ReadOnlySpan<float> values = _table.AsSpan(256 * c, 256);
            for (int i = c; i < image.Length; i += channels) destination[i] = values[image[i]];
        }
    }
}
