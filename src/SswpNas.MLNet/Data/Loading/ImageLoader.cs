namespace SswpNas.MLNet.Data.Loading;

/// <summary>Reads the images that a column names.</summary>
internal sealed class ImageLoader(string input, string folder, ImageForm form, ImageLimits limits)
{
    private int _seenOtherwise;

    /// <summary>The column of paths.</summary>
    public string Input => input;

    /// <summary>How often an image was read that ML.NET's LoadImages would see otherwise.</summary>
    public int SeenOtherwise => Volatile.Read(ref _seenOtherwise);

    /// <summary>What reads a row's image; the caller disposes of it, or hands it in again.</summary>
    public ValueGetter<MLImage> Getter(DataViewRow row)
    {
        ValueGetter<ReadOnlyMemory<char>> paths = row.GetGetter<ReadOnlyMemory<char>>(row.Schema[input]);
        ReadOnlyMemory<char> path = default;
        return (ref MLImage image) =>
        {
            image?.Dispose();
            paths(ref path);
            image = Load(path.ToString());
        };
    }

    private MLImage Load(string path)
    {
        if (string.IsNullOrWhiteSpace(path)) throw new IOException($"The column '{input}' has an empty path; the path of an image was expected.");
        string file = folder.Length == 0 ? path : Path.Combine(folder, path);
        MLImage? image = null;
        try
        {
            string? problem = ImageFile.Problem(file, limits, form, out ImageTraits traits, (rgba, width, height) =>
                image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, rgba));
            if (traits != ImageTraits.None) Interlocked.Increment(ref _seenOtherwise);
            return problem is null && image is not null ? image : throw Bad(problem ?? "has no pixels", null);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or InvalidDataException or ArgumentException)
        {
            throw Bad($"cannot be read: {e.Message}", e);
        }

        IOException Bad(string problem, Exception? cause) => new($"The image '{file}' of the column '{input}' {problem}.", cause);
    }
}
