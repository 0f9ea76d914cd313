namespace SswpNas.MLNet.Examples;

/// <summary>Files that are there as a whole or not at all.</summary>
internal static class NewFile
{
    /// <summary>Has a file written under a temporary name and renames it, so that nobody sees half of it.</summary>
    public static void Write(string path, Action<string> write)
    {
        string temporary = TemporaryName(path);
        try
        {
            write(temporary);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    public static void WriteText(string path, string text) => Write(path, file => File.WriteAllText(file, text));

    public static string TemporaryName(string path) => $"{path}.{Guid.NewGuid():N}.tmp";
}
