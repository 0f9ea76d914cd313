namespace SswpNas.MLNet.Data;

/// <summary>Sees folders that hold something else than classes, before they are taken for some.</summary>
internal static class ImageFolderLayout
{
    /// <summary>Refuses what is no folder of class folders, and names the one that was meant.</summary>
    /// <param name="root">The folder that was given.</param>
    /// <param name="folders">The folders in it.</param>
    /// <param name="options">What the caller says of them.</param>
    /// <exception cref="InvalidDataException">They are parts of a data set, or one of them says that it is no class.</exception>
    public static void Check(string root, string[] folders, ImageFolderOptions options)
    {
        if (options.UnlabelledFolder is string unlabelled && folders.All(f => Path.GetFileName(f) != unlabelled))
        {
            throw new InvalidDataException(
                $"The image folder '{root}' has no folder '{unlabelled}'. Expected: one of that name with the images without a label, beside "
                + "the class folders.");
        }

        string[] classes = [.. folders.Where(f => Path.GetFileName(f) != options.UnlabelledFolder && !IsNamed(f, options))];
        CheckParts(root, classes);
        if (classes.FirstOrDefault(ImageNames.SaysNoLabel) is string found)
        {
            string name = Path.GetFileName(found);
            throw new InvalidDataException(
                $"The image folder '{root}' has a folder '{name}', which would become a class. Set {nameof(options.UnlabelledFolder)} to "
                + $"'{name}' if its images have no label; if it is a class, name all classes in {nameof(options.ClassNames)}.");
        }
    }

    private static bool IsNamed(string folder, ImageFolderOptions options) =>
        options.ClassNames?.Contains(Path.GetFileName(folder)) == true;

    private static void CheckParts(string root, string[] classes)
    {
        Refuse(root, classes, classes.Length);
        // An archive often unpacks to one folder more, and some have the images in one and their descriptions in another.
        foreach (string inside in classes.Where(c => !ImageNames.IsPart(c)))
        {
            string[] folders = Visible(inside);
            Refuse(root, folders, classes.Length == 1 ? folders.Length : int.MaxValue);
        }
    }

    /// <summary>Refuses folders of which one is a part to train on and another one a further part, or of which enough are parts.</summary>
    private static void Refuse(string root, string[] folders, int enough)
    {
        string[] parts = [.. folders.Where(ImageNames.IsPart)];
        bool isSplit = parts.Length > 1 && parts.Any(ImageNames.IsTraining);
        if (parts.Length == 0 || (!isSplit && parts.Length < enough)) return;
        string part = parts.FirstOrDefault(ImageNames.IsTraining) ?? parts[0];
        string names = string.Join(", ", parts.Select(p => Path.GetFileName(p)));
        throw new InvalidDataException(Visible(part).Length > 0
            ? $"The image folder '{root}' holds the parts of a data set ({names}), not its classes. Name '{part}', and read the other "
                + $"parts by themselves, with {nameof(ImageFolderOptions.ClassNames)} of the first."
            : $"The image folder '{root}' holds the parts of a data set ({names}), and '{part}' has no class folders. Expected: one folder "
                + "a class, with its images.");
    }

    private static string[] Visible(string folder)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(folder).Where(f => ImageNames.IsVisible(f) && !ImageNames.IsSystem(f)).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // said when its images are listed
        }
    }
}
