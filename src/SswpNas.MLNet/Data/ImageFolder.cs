namespace SswpNas.MLNet.Data;

/// <summary>The image files of a folder of class folders, in ordinal order, each known to decode.</summary>
/// <param name="Paths">Full paths, class after class.</param>
/// <param name="Labels">Class numbers from 0, by file; <see cref="LabelColumn.Missing"/> for none.</param>
/// <param name="ClassNames">Names of the class folders.</param>
internal sealed record ImageFolder(string[] Paths, int[] Labels, string[] ClassNames)
{
    public const string Extensions = "png, jpg, jpeg, bmp, gif";

    private const int MostListed = 20;
    private static readonly HashSet<string> _extensions =
        Extensions.Split(", ").Select(e => "." + e).ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Finds the files, keeps as many as asked for, and checks those.</summary>
    /// <exception cref="InvalidDataException">Something cannot be used; the message lists every problem.</exception>
    public static ImageFolder Read(string folder, string? unlabelled, ImageLimits limits)
    {
        string root = Path.GetFullPath(folder);
        if (!Directory.Exists(root))
        {
            throw new InvalidDataException(
                $"The image folder '{root}' does not exist or is not a folder; one with a folder of images for each class was expected.");
        }

        string[] folders = ClassFolders(root);
        string[] classes = [.. folders.Where(f => Path.GetFileName(f) != unlabelled)];
        if (unlabelled is not null && classes.Length == folders.Length)
        {
            throw new InvalidDataException(
                $"The image folder '{root}' has no folder '{unlabelled}'. Expected: one of that name with the images without a label, beside "
                + "the class folders.");
        }

        if (classes.Length == 0)
        {
            throw new InvalidDataException(
                $"The image folder '{root}' has no class folders. Expected: one folder a class, with its images.");
        }

        List<string> problems = [];
        // Those without a label come last, as a group without a class.
        string[] groups = [.. classes, .. folders.Except(classes)];
        string[][] files = [.. groups.Select(g => ClassFiles(g, root, problems))];
        return Kept(root, [.. classes.Select(c => Path.GetFileName(c)!)], files, problems, limits);
    }

    /// <summary>As many of the files as asked for, checked.</summary>
    /// <param name="root">The folder out of which no file may lie.</param>
    /// <param name="classes">Names of the classes.</param>
    /// <param name="files">Full paths of each class's files, and after them of those without a class, if there are any.</param>
    /// <param name="problems">What is wrong already.</param>
    /// <param name="limits">How many are taken; larger images are refused.</param>
    /// <exception cref="InvalidDataException">Something cannot be used; the message lists every problem.</exception>
    public static ImageFolder Kept(
        string root, string[] classes, string[][] files, List<string> problems, ImageLimits limits)
    {
        ImageFolder kept = Limited(classes, files, root, limits);
        problems.AddRange(Check(kept.Paths, root, limits));
        return problems.Count == 0 ? kept : throw Report(root, problems);
    }

    /// <summary>Whether a text names a visible folder, and no path.</summary>
    public static bool IsFolderName(string name) =>
        !string.IsNullOrWhiteSpace(name) && Path.GetFileName(name) == name && IsVisible(name) && !name.Contains('\0', StringComparison.Ordinal);

    /// <summary>The visible folders in a folder, in ordinal order.</summary>
    public static string[] ClassFolders(string root)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(root).Where(IsVisible).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"The image folder '{root}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The images of a folder, in ordinal order; none, and a problem more, where there are none.</summary>
    public static string[] ClassFiles(string folder, string root, List<string> problems)
    {
        try
        {
            if (Links.Leaves(folder, root) is string target)
                problems.Add($"'{folder}' is a link that leaves the image folder, to '{target}'");
            else if (Images(folder) is { Length: > 0 } files)
                return files;
            else
                problems.Add($"'{folder}' has no images ({Extensions})");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"'{folder}' cannot be read: {e.Message}");
        }

        return [];
    }

    private static string[] Images(string folder) =>
        [.. Directory.EnumerateFiles(folder)
            .Where(f => IsVisible(f) && _extensions.Contains(Path.GetExtension(f)))
            .Order(StringComparer.Ordinal)];

    /// <summary>Not .git, .DS_Store and the like.</summary>
    private static bool IsVisible(string path) => !Path.GetFileName(path.AsSpan()).StartsWith('.');

    private static ImageFolder Limited(string[] classes, string[][] files, string root, ImageLimits limits)
    {
        if (limits.Images < files.Length)
        {
            throw new InvalidDataException(
                $"The image folder '{root}' has {files.Length} classes, more than the limit of {limits.Images} images. "
                + "Raise the limit.");
        }

        List<string> paths = [];
        List<int> labels = [];
        for (int c = 0; c < files.Length; c++)
        {
            string[] kept = files[c];
            if (limits.Images is int most)
            {
                // The second counter keeps this choice apart from a split of the same seed.
                var random = new RandomStream(limits.Seed, RandomPurpose.DataSplit, c, 1);
                string[] shuffled = [.. kept];
                random.Shuffle(shuffled.AsSpan());
                kept = [.. shuffled.Take(most / files.Length).Order(StringComparer.Ordinal)];
            }

            paths.AddRange(kept);
            labels.AddRange(Enumerable.Repeat(c < classes.Length ? c : LabelColumn.Missing, kept.Length));
        }

        return new ImageFolder([.. paths], [.. labels], classes);
    }

    private static IEnumerable<string> Check(string[] paths, string root, ImageLimits limits)
    {
        var problems = new string?[paths.Length];
        Parallel.For(0, paths.Length, i =>
        {
            if (ImageCheck.Problem(paths[i], root, limits) is string problem)
                problems[i] = $"'{paths[i]}' {problem}";
        });
        return problems.OfType<string>();
    }

    private static InvalidDataException Report(string root, List<string> problems)
    {
        string count = problems.Count == 1 ? "1 problem" : $"{problems.Count} problems";
        string listed = problems.Count > MostListed ? $"; the first {MostListed}" : "";
        return new InvalidDataException(
            $"The image folder '{root}' has {count}{listed}:{Environment.NewLine}  "
            + string.Join($"{Environment.NewLine}  ", problems.Take(MostListed)));
    }
}
