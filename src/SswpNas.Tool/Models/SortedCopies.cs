namespace SswpNasTool.Models;

/// <summary>Copies images into a folder for each class. What lies there already is left as it is.</summary>
/// <param name="root">The folder of these folders.</param>
/// <param name="classNames">The classes.</param>
internal sealed class SortedCopies(string root, IReadOnlyList<string> classNames)
{
    private const string Unsure = "unsure";

    private static readonly char[] _invalid = [.. Path.GetInvalidFileNameChars(), '/', '\\', ':', '*', '?', '"', '<', '>', '|'];

    private readonly string _unsure = classNames.Contains(Unsure) ? "no class" : Unsure;

    /// <summary>Images that were copied.</summary>
    public int Copied { get; private set; }

    /// <summary>Images whose copy was there.</summary>
    public int There { get; private set; }

    /// <summary>The name of a class's folder.</summary>
    public static string FolderOf(string className)
    {
        string name = string.Concat(className.Select(c => _invalid.Contains(c) ? '_' : c)).Trim(' ', '.');
        return name.Length == 0 ? "_" : name;
    }

    /// <summary>Copies an image.</summary>
    /// <param name="path">The file.</param>
    /// <param name="className">Its class; null where none is named.</param>
    public void Add(string path, string? className)
    {
        string folder = Directory.CreateDirectory(Path.Combine(root, className is null ? _unsure : FolderOf(className))).FullName;
        string name = Path.GetFileNameWithoutExtension(path), extension = Path.GetExtension(path);
        for (int number = 1; ; number++)
        {
            string target = Path.Combine(folder, number == 1 ? name + extension : $"{name} ({number}){extension}");
            if (!File.Exists(target))
            {
                File.Copy(path, target);
                Copied++;
                return;
            }

            if (!AreAlike(path, target)) continue;
            There++;
            return;
        }
    }

    private static bool AreAlike(string one, string other) =>
        new FileInfo(one).Length == new FileInfo(other).Length && File.ReadAllBytes(one).AsSpan().SequenceEqual(File.ReadAllBytes(other));
}
