namespace SswpNas.MLNet.Data;

/// <summary>How large an image may be, and how many are taken.</summary>
/// <param name="Pixels">Width times height that its header may declare; asked before anything is decoded.</param>
/// <param name="Bytes">Bytes that its file may have.</param>
internal readonly record struct ImageLimits(long Pixels, long Bytes)
{
    /// <summary>At most this many files; null for all.</summary>
    public int? Images { get; init; }

    /// <summary>Chooses them.</summary>
    public int Seed { get; init; }
}

/// <summary>
/// Says what is wrong with an image file, and what it shows. ML.NET's LoadImages stops without naming a corrupt file and fills
/// the lost part of a truncated one with black, so each file is decoded to its end here.
/// </summary>
internal static class ImageCheck
{
    // As small as the format makes it: that takes a third of the time, and finds the same damage.
    private static readonly ImageForm _form = new(RgbColor.White, LeastSide: 64) { ComparesColors = true };

    /// <summary>
    /// Null for an image that decodes in full and lies in the folder, else a few words that follow the file's name.
    /// </summary>
    public static string? Problem(string path, string folder, ImageLimits limits) => Of(path, folder, limits).Problem;

    /// <summary>What is wrong with an image, or what it shows.</summary>
    /// <param name="path">The file.</param>
    /// <param name="folder">Out of which no link may lead; null for no such folder.</param>
    /// <param name="limits">How large it may be.</param>
    public static CheckedImage Of(string path, string? folder, ImageLimits limits)
    {
        try
        {
            if (folder is not null && Links.Leaves(path, folder) is string outside)
                return new CheckedImage($"is a link that leaves the image folder, to '{outside}'");
            ImageContent? content = null;
            string? problem = ImageFile.Problem(
                path, limits, _form, out ImageTraits traits, (rgba, width, height) => content = ImageContent.Of(rgba, width, height));
            return new CheckedImage(problem) { Traits = traits, Content = content };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new CheckedImage($"cannot be read: {e.Message}");
        }
    }
}

/// <summary>What a look at an image found.</summary>
/// <param name="Problem">Words that follow the file's name; null for an image that can be used.</param>
internal sealed record CheckedImage(string? Problem)
{
    public ImageTraits Traits { get; init; }

    /// <summary>What it shows; null where it has a problem.</summary>
    public ImageContent? Content { get; init; }
}
