namespace SswpNas.MLNet.Data;

/// <summary>The image files of a folder of class folders, or of a folder without any, in ordinal order, each known to decode.</summary>
/// <param name="Paths">Full paths, class after class.</param>
/// <param name="Labels">Class numbers from 0, by file; <see cref="LabelColumn.Missing"/> for none.</param>
/// <param name="ClassNames">Names of the class folders; none for a folder without any, unless the options name classes.</param>
internal sealed record ImageFolder(string[] Paths, int[] Labels, string[] ClassNames)
{
    /// <summary>Finds the files, keeps as many as asked for, and checks those.</summary>
    /// <exception cref="InvalidDataException">Something cannot be used; the message lists every problem.</exception>
    public static ImageFolder Read(string folder, ImageListing listing)
    {
        string root = Path.GetFullPath(folder);
        if (!Directory.Exists(root))
        {
            throw new InvalidDataException(
                $"The image folder '{root}' does not exist or is not a folder; one with a folder of images for each class was expected.");
        }

        string[] folders = listing.Folders(root);
        ImageFolderLayout.Check(root, folders, listing.Options);
        string? unlabelled = listing.Options.UnlabelledFolder;
        string[] classes = [.. folders.Where(f => Path.GetFileName(f) != unlabelled)];
        string[] loose = listing.LooseImages(root, hasClasses: classes.Length > 0);
        if (classes.Length == 0 && loose.Length == 0 && unlabelled is null)
        {
            listing.TellPassedOver();
            throw new InvalidDataException(
                $"The image folder '{root}' has no class folders and no images ({ImageNames.Extensions}). Expected: one folder a class, with its "
                + "images, or images without a label.");
        }

        if (listing.Options.ClassNames is not null) classes = Known(root, classes, [.. listing.Options.ClassNames]);
        string[][] files = [.. classes.Select(listing.Files)];
        // Those without a label come last, as a group without a class.
        string[] withoutLabel = [.. folders.Where(f => Path.GetFileName(f) == unlabelled).SelectMany(listing.Files), .. loose];
        return listing.Kept([.. classes.Select(c => Path.GetFileName(c)!)], withoutLabel.Length == 0 ? files : [.. files, withoutLabel]);
    }

    /// <summary>The folders of given classes, whether they are there or not.</summary>
    private static string[] Known(string root, string[] folders, string[] names)
    {
        string[] unknown = [.. folders.Select(f => Path.GetFileName(f)!).Except(names)];
        return unknown.Length == 0
            ? [.. names.Select(name => Path.Combine(root, name))]
            : throw new InvalidDataException(
                $"The image folder '{root}' has class folders that ClassNames does not name: {string.Join(", ", unknown)}; only folders of "
                + $"the classes {string.Join(", ", names)} were expected.");
    }
}
