namespace SswpNas.MLNet.Data.Loading;

/// <summary>Makes images of what a column holds.</summary>
/// <param name="input">The column.</param>
internal abstract class ImageLoader(string input)
{
    private int _seenOtherwise;

    /// <summary>The column of what images are made of.</summary>
    public string Input => input;

    /// <summary>How often an image was read that ML.NET would see otherwise.</summary>
    public int SeenOtherwise => Volatile.Read(ref _seenOtherwise);

    /// <summary>What reads a row's image; the caller disposes of it, or hands it in again.</summary>
    public abstract ValueGetter<MLImage> Getter(DataViewRow row);

    /// <summary>Decodes an image, and counts those that ML.NET would see otherwise.</summary>
    /// <param name="image">What the error names.</param>
    /// <param name="decode">Words that follow the name, or null and the pixels.</param>
    /// <exception cref="IOException">It cannot be decoded.</exception>
    protected MLImage Decoded(string image, Decode decode)
    {
        MLImage? made = null;
        try
        {
            string? problem = decode(out ImageTraits traits, (rgba, width, height) =>
                made = MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, rgba));
            if (traits != ImageTraits.None) Interlocked.Increment(ref _seenOtherwise);
            return problem is null && made is not null ? made : throw Bad(problem ?? "has no pixels", null);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or InvalidDataException or ArgumentException)
        {
            throw Bad($"cannot be read: {e.Message}", e);
        }

        IOException Bad(string problem, Exception? cause) => new($"{image} of the column '{input}' {problem}.", cause);
    }

    /// <summary>What is wrong with an image, in words that follow its name; null where <paramref name="use"/> got its pixels.</summary>
    protected delegate string? Decode(out ImageTraits traits, PixelUse use);
}
