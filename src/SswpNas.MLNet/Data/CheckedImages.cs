namespace SswpNas.MLNet.Data;

/// <summary>Looks at many images, on all cores.</summary>
internal static class CheckedImages
{
    private static readonly (ImageTraits Trait, string Words)[] _traits =
    [
        (ImageTraits.Turned, "are to be turned (EXIF orientation), which it does not do"),
        (ImageTraits.Transparent, "are transparent in parts, which it makes black"),
        (ImageTraits.Profiled, "have a colour profile that changes what is seen, which it leaves out"),
    ];

    /// <summary>Decodes all files, and says how far it is.</summary>
    public static CheckedImage[] Of(string[] paths, string? folder, ImageLimits limits, RunLog log)
    {
        var images = new CheckedImage[paths.Length];
        Pace pace = new("Looked at", paths.Length);
        Lock saying = new();
        int done = 0;
        Parallel.For(0, paths.Length, i =>
        {
            images[i] = ImageCheck.Of(paths[i], folder, limits);
            lock (saying)
            {
                if (pace.Line(++done) is string line) log.Info(line);
            }
        });
        return images;
    }

    /// <summary>Warns of what ML.NET's LoadImages would get wrong, and of images that are alike.</summary>
    public static void Tell(string[] paths, int[] labels, string[] classNames, CheckedImage[] images, RunLog log)
    {
        TellTraits(paths, images, log);
        AlikeImages alike = new(paths, labels, classNames, [.. images.Select(image => image.Content!)]);
        foreach (string line in alike.Lines()) log.Warn(line);
    }

    private static void TellTraits(string[] paths, CheckedImage[] images, RunLog log)
    {
        foreach ((ImageTraits trait, string words) in _traits)
        {
            int[] having = [.. Enumerable.Range(0, paths.Length).Where(i => images[i].Traits.HasFlag(trait))];
            if (having.Length == 0) continue;
            log.Warn(
                $"{having.Length} of {paths.Length} images {words}: mlContext.Transforms.LoadImages sees them otherwise than people do. Read "
                + $"them with mlContext.SswpNas().LoadImages. The first is '{paths[having[0]]}'.");
        }
    }
}
