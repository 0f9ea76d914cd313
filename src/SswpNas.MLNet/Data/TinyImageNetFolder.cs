namespace SswpNas.MLNet.Data;

/// <summary>
/// Tiny-ImageNet as it is published: <c>train/n01443537/images/*.JPEG</c>, but <c>val/images/*.JPEG</c> with the classes in
/// <c>val/val_annotations.txt</c>, and the classes' names in <c>words.txt</c>, which may be missing.
/// </summary>
internal static class TinyImageNetFolder
{
    private const string Annotations = "val_annotations.txt";

    // Those of the data set have 390 KB and 2.7 MB.
    private const long MostTextBytes = 64 << 20;

    // A file of another kind has a problem in each of its lines.
    private const int MostProblems = 1000;

    /// <summary>The files of a part; classes are in the ordinal order of the train folders, in both parts alike.</summary>
    /// <exception cref="InvalidDataException">Something is missing or cannot be used; the message lists every problem.</exception>
    public static ImageFolder Read(string folder, DatasetPart part, ImageListing listing)
    {
        string root = Path.GetFullPath(folder);
        string train = Path.Combine(root, "train");
        string[] classes = Directory.Exists(train)
            ? [.. listing.Folders(train).Select(c => Path.GetFileName(c)!)]
            : [];
        if (classes.Length == 0)
        {
            throw new InvalidDataException(
                $"'{train}' has no class folders. The unpacked folder of Tiny-ImageNet, with train and val, was expected.");
        }

        string[][] files = part == DatasetPart.Train
            ? [.. classes.Select(c => TrainFiles(Path.Combine(train, c), listing))]
            : ValidationFiles(Path.Combine(root, "val"), classes, listing);
        return listing.Kept(ClassNames(root, classes), files);
    }

    private static string[] TrainFiles(string folder, ImageListing listing)
    {
        string images = Path.Combine(folder, "images");
        if (Directory.Exists(images)) return listing.Files(images);
        listing.Add($"'{folder}' has no folder 'images'");
        return [];
    }

    private static string[][] ValidationFiles(string folder, string[] classes, ImageListing listing)
    {
        string list = Path.Combine(folder, Annotations);
        if (!File.Exists(list))
            throw new InvalidDataException($"There is no file '{list}', which says what the images of val show. Unpack the archive again.");
        List<string>[] files = [.. classes.Select(_ => new List<string>())];
        int number = 0;
        foreach (string line in RegularFile.Lines(list, MostTextBytes))
        {
            number++;
            if (line.Trim().Length == 0) continue;
            string[] parts = line.Split('\t');
            bool isFile = parts.Length >= 2 && IsName(parts[0]);
            int label = !isFile ? -1 : Array.BinarySearch(classes, parts[1].Trim(), StringComparer.Ordinal);
            if (label >= 0) files[label].Add(Path.Combine(folder, "images", parts[0]));
            else if (listing.Problems < MostProblems)
                listing.Add($"'{list}', line {number}, is '{Start(line)}'; a file, a tab and a class of train were expected");
        }

        return [.. files.Select(f => f.Order(StringComparer.Ordinal).ToArray())];
    }

    /// <summary>The name of a file, which does not lead out of its folder.</summary>
    private static bool IsName(string name) =>
        name.Length > 0 && !name.Contains('\0', StringComparison.Ordinal) && Path.GetFileName(name) == name && name is not ("." or "..");

    private static string Start(string line) => line.Length > 80 ? line[..80] + "..." : line;

    /// <summary>
    /// From <c>words.txt</c>; two classes of the same name keep it with their number, and those that are not there, all if the
    /// file is missing, have the number alone.
    /// </summary>
    private static string[] ClassNames(string root, string[] classes)
    {
        string path = Path.Combine(root, "words.txt");
        if (!File.Exists(path)) return classes;
        Dictionary<string, string> words = [];
        foreach (string line in RegularFile.Lines(path, MostTextBytes))
        {
            string[] parts = line.Split('\t', 2, StringSplitOptions.TrimEntries);
            if (parts.Length == 2 && parts[1].Length > 0) words[parts[0]] = parts[1];
        }

        string[] names = [.. classes.Select(c => words.GetValueOrDefault(c, c))];
        HashSet<string> shared = [.. names.CountBy(name => name).Where(n => n.Value > 1).Select(n => n.Key)];
        return [.. names.Select((name, i) => shared.Contains(name) ? $"{name} ({classes[i]})" : name)];
    }
}
