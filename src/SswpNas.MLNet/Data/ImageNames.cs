namespace SswpNas.MLNet.Data;

/// <summary>What the names of files and folders say about them.</summary>
internal static class ImageNames
{
    /// <summary>Extensions of what the decoder reads.</summary>
    public const string Extensions = "png, jpg, jpeg, jpe, jfif, jif, pjpeg, pjp, bmp, dib, gif, webp, ico, wbmp";

    private static readonly HashSet<string> _extensions =
        Extensions.Split(", ").Select(e => "." + e).ToHashSet(StringComparer.OrdinalIgnoreCase);

    // Images all the same, which are passed over with a warning.
    private static readonly HashSet<string> _otherImages = new(
        [".heic", ".heif", ".avif", ".tif", ".tiff", ".dng", ".cr2", ".nef", ".arw", ".raw", ".jp2", ".jxl", ".svg", ".psd", ".tga", ".ppm", ".pgm", ".dcm"],
        StringComparer.OrdinalIgnoreCase);

    // What macOS, network drives and Windows leave behind.
    private static readonly HashSet<string> _system = new(
        ["__MACOSX", "@eaDir", "#recycle", "#snapshot", "@Recycle", "@Recently-Snapshot", "$RECYCLE.BIN", "RECYCLER", "System Volume Information",
            "lost+found", "Network Trash Folder", "Temporary Items", "__pycache__"],
        StringComparer.OrdinalIgnoreCase);

    private static readonly string[] _training = ["train", "training", "trainset", "trn"];

    private static readonly HashSet<string> _parts = new(
        [.. _training, "test", "testing", "testset", "tst", "val", "valid", "validation", "validate", "dev", "eval", "evaluation", "holdout"],
        StringComparer.OrdinalIgnoreCase);

    private static readonly string[] _noLabel =
        ["unlabel", "notlabel", "nonlabel", "nolabel", "withoutlabel", "unannotated", "unsup", "unclassified"];

    public static bool IsImage(string path) => _extensions.Contains(Path.GetExtension(path));

    /// <summary>Whether it is an image of a kind that the decoder does not read.</summary>
    public static bool IsOtherImage(string path) => _otherImages.Contains(Path.GetExtension(path));

    /// <summary>Not .git, .DS_Store and the like.</summary>
    public static bool IsVisible(string path) => !Path.GetFileName(path.AsSpan()).StartsWith('.');

    /// <summary>Whether a folder belongs to the system and holds nobody's images.</summary>
    public static bool IsSystem(string folder) => _system.Contains(Path.GetFileName(folder));

    /// <summary>Whether a folder is a part of a data set: train, test, val.</summary>
    public static bool IsPart(string folder) => _parts.Contains(Path.GetFileName(folder));

    /// <summary>Whether a folder is the part to train on.</summary>
    public static bool IsTraining(string folder) => _training.Contains(Path.GetFileName(folder), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a folder is called unlabelled, un-labeled, no_label and the like.</summary>
    public static bool SaysNoLabel(string folder)
    {
        string letters = string.Concat(Path.GetFileName(folder).Where(char.IsLetter)).ToLowerInvariant();
        return _noLabel.Any(start => letters.StartsWith(start, StringComparison.Ordinal));
    }

    /// <summary>Whether a text names a visible folder, and no path.</summary>
    public static bool IsFolderName(string name) =>
        !string.IsNullOrWhiteSpace(name) && Path.GetFileName(name) == name && IsVisible(name) && !name.Contains('\0', StringComparison.Ordinal);
}
