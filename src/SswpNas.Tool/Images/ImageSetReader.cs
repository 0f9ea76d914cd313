using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Examples;
using SswpNas.MLNet.Messages;

namespace SswpNasTool.Images;

/// <summary>Finds a user's images: a folder of class folders, a folder of images, or a table. What it leaves out it says.</summary>
internal sealed class ImageSetReader(MLContext ml, Action<string> say)
{
    private const int MostSaid = 20;

    private readonly List<ImageProblem> _problems = [];

    /// <summary>Reads images and labels; every image is decoded to its end once.</summary>
    /// <param name="path">A folder or a CSV file.</param>
    /// <param name="labelFiles">Tables of labels for its images.</param>
    /// <exception cref="UsageException">There is no such folder or file.</exception>
    /// <exception cref="InvalidDataException">Something cannot be used; the message says what.</exception>
    public ImageSet Read(string path, IReadOnlyList<string> labelFiles)
    {
        string full = Path.GetFullPath(path);
        ImageSet set = Directory.Exists(full) ? Folder(full)
            : File.Exists(full) ? Table(full)
            : throw new UsageException(
                $"There is no '{full}'; a folder with a folder of images for each class, or a CSV file with the columns ImagePath and Label, was expected.");
        foreach (ImageProblem problem in _problems.Take(MostSaid)) say($"Left out: '{problem.Path}' {problem.Reason}.");
        if (_problems.Count > MostSaid) say($"Left out: {_problems.Count - MostSaid} more files that cannot be used.");
        set = set with { LeftOut = _problems.Count };
        string root = Directory.Exists(full) ? full : Path.GetDirectoryName(full)!;
        return labelFiles.Count == 0 ? set : LabelFiles.Merge(set, root, labelFiles, say);
    }

    /// <summary>All images of a folder and its folders, without labels.</summary>
    /// <exception cref="UsageException">There is no such folder, or no image in it.</exception>
    public ImageSet Flat(string folder)
    {
        string full = Path.GetFullPath(folder);
        if (!Directory.Exists(full)) throw new UsageException($"There is no folder '{full}'; one with images was expected.");
        string[] files = [.. Files(full, SearchOption.AllDirectories)];
        if (files.Length == 0) throw new UsageException($"There is no image in '{full}'. Looked for: {ImageNames.Extensions}.");
        string[] usable = Usable(files);
        return new ImageSet(usable, [.. usable.Select(_ => ImageSet.Missing)], [], _problems.Count);
    }

    /// <summary>Files that could not be used so far.</summary>
    public IReadOnlyList<ImageProblem> Problems => _problems;

    private ImageSet Folder(string root)
    {
        string[] folders = [.. Directory.EnumerateDirectories(root).Where(f => ImageNames.IsVisible(f) && !ImageNames.IsSystem(f))];
        string[] unlabelled = [.. folders.Where(ImageNames.SaysNoLabel).Select(f => Path.GetFileName(f)!)];
        if (unlabelled.Length > 1)
        {
            throw new InvalidDataException(
                $"The image folder '{root}' has {unlabelled.Length} folders for images without a label ({string.Join(", ", unlabelled)}); one was expected. Move them together.");
        }

        ImageSet classes = folders.Length > unlabelled.Length
            ? Rows(ml.SswpNas().LoadImageFolder(root, new ImageFolderOptions
            {
                UnlabelledFolder = unlabelled.FirstOrDefault(),
                SkipDamaged = true,
                SkipEmptyClasses = true,
                OnProblem = _problems.Add,
            }))
            : Unsorted([.. unlabelled.SelectMany(name => Files(Path.Combine(root, name), SearchOption.AllDirectories))]);
        ImageSet loose = Unsorted([.. Files(root, SearchOption.TopDirectoryOnly)]);
        if (loose.Paths.Length > 0) say($"{loose.Paths.Length} images lie in no class folder and are taken as images without a label.");
        return classes with { Paths = [.. classes.Paths, .. loose.Paths], Labels = [.. classes.Labels, .. loose.Labels] };
    }

    private ImageSet Table(string file)
    {
        ImageSet table = Rows(ml.SswpNas().LoadImageTable(file, new ImageTableOptions { SkipDamaged = true, OnProblem = _problems.Add }));
        string folder = Path.GetDirectoryName(file)!;
        string[] paths = [.. table.Paths.Select(path => Path.GetFullPath(Path.Combine(folder, path)))];
        string? twice = paths.GroupBy(path => path).FirstOrDefault(group => group.Count() > 1)?.Key;
        return twice is null
            ? table with { Paths = paths }
            : throw new InvalidDataException($"The table '{file}' names '{twice}' more than once; one line an image was expected.");
    }

    private ImageSet Unsorted(string[] files)
    {
        string[] usable = Usable(files);
        return new ImageSet(usable, [.. usable.Select(_ => ImageSet.Missing)], [], 0);
    }

    private string[] Usable(string[] files)
    {
        if (files.Length == 0) return [];
        using RunLog log = new(ml, nameof(ImageSetReader), "Read");
        CheckedImage[] images = CheckedImages.Of(files, folder: null, new ImageFolderOptions().Limits, log);
        foreach ((string file, CheckedImage image) in files.Zip(images))
        {
            if (image.Problem is string reason) _problems.Add(new ImageProblem(file, reason));
        }

        return [.. files.Where((_, i) => images[i].Problem is null)];
    }

    private static ImageSet Rows(IDataView view)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        view.Schema["Label"].GetKeyValues(ref names);
        return new ImageSet(
            [.. view.GetColumn<string>("ImagePath")], [.. view.GetColumn<uint>("Label").Select(key => (int)key - 1)],
            [.. names.DenseValues().Select(n => n.ToString()).Where(n => n.Length > 0)], 0);
    }

    private static IEnumerable<string> Files(string folder, SearchOption depth) => Directory
        .EnumerateFiles(folder, "*", depth)
        .Where(file => ImageNames.IsImage(file) && ImageNames.IsVisible(file)).Order(StringComparer.Ordinal);
}
