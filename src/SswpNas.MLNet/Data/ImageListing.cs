namespace SswpNas.MLNet.Data;

/// <summary>Lists images and checks them: what is passed over goes to the log, what cannot be used is refused or left out.</summary>
/// <param name="root">The folder out of which no file may lie.</param>
/// <param name="options">As checked.</param>
/// <param name="seed">Chooses the images where there is a limit.</param>
/// <param name="log">Gets what was passed over, and what to look at.</param>
internal sealed class ImageListing(string root, ImageFolderOptions options, int seed, RunLog log)
{
    private const int MostListed = 20;

    private readonly string _root = Path.GetFullPath(root);
    private readonly List<string> _problems = [];
    private readonly PassedOver _passed = new();

    public ImageFolderOptions Options => options;

    /// <summary>Something that cannot be used, told with all others.</summary>
    public void Add(string problem) => _problems.Add(problem);

    /// <summary>How many problems there are so far.</summary>
    public int Problems => _problems.Count;

    /// <summary>The folders in a folder that somebody put there, in ordinal order.</summary>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public string[] Folders(string folder)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(folder).Where(_passed.IsTaken).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"The image folder '{folder}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>
    /// The images that lie in the folder itself, in ordinal order, where they are taken: they have no label. The log says what becomes
    /// of them.
    /// </summary>
    /// <param name="folder">The folder that was given.</param>
    /// <param name="hasClasses">Whether it has class folders, too.</param>
    public string[] LooseImages(string folder, bool hasClasses)
    {
        string[] images = [.. Directory.EnumerateFiles(folder).Where(_passed.IsTakenFile).Order(StringComparer.Ordinal)];
        if (images.Length == 0) return images;
        if (!hasClasses)
        {
            log.Info($"'{folder}' has no class folders: its {images.Length} images are taken without a label.");
            return images;
        }

        if (options.IncludeLooseImages)
        {
            log.Info($"{images.Length} images lie beside the class folders of '{folder}' and are taken without a label.");
            return images;
        }

        log.Warn(
            $"{images.Length} images lie beside the class folders of '{folder}' and are left out, as they have no class. Set "
            + $"{nameof(options.IncludeLooseImages)} to take them without a label.");
        return [];
    }

    /// <summary>The images of a class folder, in ordinal order; none, and perhaps a problem more, where there are none.</summary>
    public string[] Files(string folder)
    {
        List<string> files = [];
        try
        {
            if (options.ClassNames is not null && !Directory.Exists(folder)) return [];
            if (Links.Leaves(folder, _root) is string target) Add($"'{folder}' is a link that leaves the image folder, to '{target}'");
            else Walk(folder, files);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Add($"'{folder}' cannot be read: {e.Message}");
        }

        return [.. files.Order(StringComparer.Ordinal)];
    }

    /// <summary>A line in the log with what was passed over so far.</summary>
    public void TellPassedOver() => _passed.Tell(_root, log);

    /// <summary>As many of the files as asked for, checked.</summary>
    /// <param name="classes">Names of the classes.</param>
    /// <param name="files">Full paths of each class's files, and after them of those without a class, if there are any.</param>
    /// <exception cref="InvalidDataException">Something cannot be used; the message lists every problem.</exception>
    public ImageFolder Kept(string[] classes, string[][] files)
    {
        TellPassedOver();
        if (options is { SkipEmptyClasses: true, ClassNames: null }) (classes, files) = WithoutEmpty(classes, files);
        ImageFolder limited = Limited(classes, files);
        CheckedImage[] images = CheckedImages.Of(limited.Paths, _root, options.Limits, log);
        Tell(limited.Paths, images);
        bool[] usable = [.. images.Select(image => image.Problem is null)];
        ImageFolder kept = new(Only(limited.Paths, usable), Only(limited.Labels, usable), classes);
        foreach (int lost in limited.Labels.Except(options.SkipDamaged ? kept.Labels : limited.Labels).Where(c => c != LabelColumn.Missing))
            Add($"no image of the class '{classes[lost]}' can be used");
        if (_problems.Count > 0) throw Report();
        if (kept.Paths.Length == 0) throw new InvalidDataException($"The image folder '{_root}' has no images; some of the kinds {ImageNames.Extensions} were expected.");
        CheckedImages.Tell(kept.Paths, kept.Labels, classes, Only(images, usable), log);
        return kept;
    }

    private void Walk(string folder, List<string> files)
    {
        int before = files.Count;
        Queue<string> left = new([folder]);
        while (left.TryDequeue(out string? next))
        {
            files.AddRange(Directory.EnumerateFiles(next).Where(_passed.IsTakenFile));
            foreach (string inner in Directory.EnumerateDirectories(next).Where(_passed.IsTaken))
            {
                if (!options.IncludeSubfolders) _passed.Count("folders in class folders (IncludeSubfolders is off)", 1);
                else if (new DirectoryInfo(inner).LinkTarget is not null) _passed.Count("links to folders in class folders", 1);
                else left.Enqueue(inner);
            }
        }

        if (files.Count == before && options is { SkipEmptyClasses: false, ClassNames: null })
            Add($"'{folder}' has no images ({ImageNames.Extensions})");
    }

    private (string[] Classes, string[][] Files) WithoutEmpty(string[] classes, string[][] files)
    {
        string[] empty = [.. classes.Where((_, c) => files[c].Length == 0)];
        if (empty.Length == 0) return (classes, files);
        log.Warn($"{empty.Length} class folders have no images and are left out: {string.Join(", ", empty)}.");
        return ([.. classes.Except(empty)], [.. files.Where((f, c) => c >= classes.Length || f.Length > 0)]);
    }

    private ImageFolder Limited(string[] classes, string[][] files)
    {
        if (options.Limit < files.Length)
        {
            throw new InvalidDataException(
                $"The image folder '{_root}' has {files.Length} classes, more than the limit of {options.Limit} images. "
                + "Raise the limit.");
        }

        List<string> paths = [];
        List<int> labels = [];
        for (int c = 0; c < files.Length; c++)
        {
            string[] kept = files[c];
            if (options.Limit is int most)
            {
                // The second counter keeps this choice apart from a split of the same seed.
                var random = new RandomStream(seed, RandomPurpose.DataSplit, c, 1);
                string[] shuffled = [.. kept];
                random.Shuffle(shuffled.AsSpan());
                kept = [.. shuffled.Take(most / files.Length).Order(StringComparer.Ordinal)];
            }

            paths.AddRange(kept);
            labels.AddRange(Enumerable.Repeat(c < classes.Length ? c : LabelColumn.Missing, kept.Length));
        }

        return new ImageFolder([.. paths], [.. labels], classes);
    }

    /// <summary>Tells the program of files that cannot be used; they become problems unless they are to be left out.</summary>
    private void Tell(string[] paths, CheckedImage[] images)
    {
        int left = 0;
        for (int i = 0; i < paths.Length; i++)
        {
            if (images[i].Problem is not string reason) continue;
            options.OnProblem?.Invoke(new ImageProblem(paths[i], reason));
            if (!options.SkipDamaged)
            {
                Add($"'{paths[i]}' {reason}");
                continue;
            }

            left++;
            log.Warn($"Left out: '{paths[i]}' {reason}.");
        }

        if (left > 0) log.Warn($"{left} of {paths.Length} images cannot be used and are left out.");
    }

    private InvalidDataException Report()
    {
        string count = _problems.Count == 1 ? "1 problem" : $"{_problems.Count} problems";
        string listed = _problems.Count > MostListed ? $"; the first {MostListed}" : "";
        return new InvalidDataException(
            $"The image folder '{_root}' has {count}{listed}:{Environment.NewLine}  "
            + string.Join($"{Environment.NewLine}  ", _problems.Take(MostListed)));
    }

    private static T[] Only<T>(T[] values, bool[] kept) => [.. values.Where((_, i) => kept[i])];
}
