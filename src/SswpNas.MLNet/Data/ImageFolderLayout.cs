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
        // An archive often unpacks to one folder more.
        string inside = classes is [string only] && !ImageNames.IsPart(only) ? only : root;
        string[] parts = inside == root ? classes : Visible(inside);
        if (parts.Length == 0 || !parts.All(ImageNames.IsPart)) return;
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
