namespace SswpNas.MLNet.Examples;

/// <summary>The images that come with the repository.</summary>
internal static class EmbeddedData
{
    private const string Solution = "SswpNas.MLNet.sln";

    /// <summary>The data folder of the repository that this program or the current folder is in.</summary>
    /// <param name="advice">What to do where there is none.</param>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static string Folder(string advice)
    {
        foreach (string start in new[] { AppContext.BaseDirectory, Environment.CurrentDirectory })
        {
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, Solution))) return Path.Combine(folder.FullName, "data");
            }
        }

        throw new InvalidDataException(
            $"The embedded images are not here: no folder above '{AppContext.BaseDirectory}' or above the current one "
            + $"holds {Solution}. {advice}");
    }
}
