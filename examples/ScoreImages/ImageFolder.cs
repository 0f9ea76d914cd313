using SswpNas.MLNet.Data;

namespace ScoreImages;

/// <summary>Which files are images.</summary>
internal static class ImageFolder
{
    /// <summary>All images under a folder, sorted by path.</summary>
    public static string[] Find(DirectoryInfo folder)
    {
        if (!folder.Exists) throw new UsageException($"There is no folder '{folder.FullName}'.");
        EnumerationOptions options = new() { RecurseSubdirectories = true, IgnoreInaccessible = false };
        string[] images =
        [
            .. Directory.EnumerateFiles(folder.FullName, "*", options).Where(ImageNames.IsImage).Order(StringComparer.Ordinal),
        ];
        return images.Length > 0
            ? images
            : throw new UsageException($"There is no image in '{folder.FullName}'. Looked for: {ImageNames.Extensions}.");
    }
}
