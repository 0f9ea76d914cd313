namespace SswpNas.MLNet.Data.Loading;

/// <summary>Reads the images whose files a text column names.</summary>
internal sealed class PathLoader(string input, string folder, ImageForm form, ImageLimits limits) : ImageLoader(input)
{
    public override ValueGetter<MLImage> Getter(DataViewRow row)
    {
        ValueGetter<ReadOnlyMemory<char>> paths = row.GetGetter<ReadOnlyMemory<char>>(row.Schema[Input]);
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
        if (string.IsNullOrWhiteSpace(path)) throw new IOException($"The column '{Input}' has an empty path; the path of an image was expected.");
        string file = folder.Length == 0 ? path : Path.Combine(folder, path);
        return Decoded($"The image '{file}'", (out ImageTraits traits, PixelUse use) => ImageFile.Problem(file, limits, form, out traits, use));
    }
}
