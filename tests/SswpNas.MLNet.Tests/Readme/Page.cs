using System.Text.RegularExpressions;
using SswpNas.MLNet.Tests.Package;

namespace SswpNas.MLNet.Tests.Readme;

/// <summary>A Markdown file of the repository.</summary>
/// <param name="Path">From the root of the repository.</param>
/// <param name="Text">Its content.</param>
internal sealed partial record Page(string Path, string Text)
{
    /// <summary>The pages at the root, the documentation and the READMEs of examples and data.</summary>
    public static IEnumerable<Page> All()
    {
        string root = PackedLibrary.Repository();
        IEnumerable<string> files = new[] { "docs", "examples", "data" }
            .SelectMany(folder => Directory.GetFiles(System.IO.Path.Combine(root, folder), "*.md", SearchOption.AllDirectories))
            .Where(file => !Built().IsMatch(file.Replace('\\', '/')));
        return files.Concat(Directory.GetFiles(root, "*.md")).Order(StringComparer.Ordinal)
            .Select(file => Of(System.IO.Path.GetRelativePath(root, file).Replace('\\', '/')));
    }

    public static Page Of(string path) =>
        new(path, File.ReadAllText(System.IO.Path.Combine(PackedLibrary.Repository(), path)).ReplaceLineEndings("\n"));

    public string[] CodeBlocks() => [.. Blocks().Matches(Text).Select(m => m.Groups[1].Value)];

    /// <summary>The targets of links and pictures that lead to files of the repository.</summary>
    public string[] Links() =>
    [
        .. LinkTargets().Matches(WithoutCode()).Select(m => Escaped().Replace(m.Groups[1].Value, "$1"))
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal)),
    ];

    /// <summary>What a link into the page can name after #, by GitHub's rule.</summary>
    public HashSet<string> Anchors() =>
    [
        .. Headings().Matches(Fenced().Replace(Text, "")).Select(m => Slug(m.Groups[1].Value)),
        .. Ids().Matches(Text).Select(m => m.Groups[1].Value),
    ];

    private string WithoutCode() => InlineCode().Replace(Fenced().Replace(Text, ""), "");

    private static string Slug(string heading) => NoSlug().Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex("/(bin|obj)/")]
    private static partial Regex Built();

    [GeneratedRegex("^```csharp\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex("^ *```.*?^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"\]\(<?((?:\\.|[^()\s<>])+)>?(?: ""[^""]*"")?\)")]
    private static partial Regex LinkTargets();

    [GeneratedRegex(@"\\([^a-zA-Z0-9\s])")]
    private static partial Regex Escaped();

    [GeneratedRegex("^#{1,6} (.+)$", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoSlug();

    [GeneratedRegex("""<a id="([^"]+)">""")]
    private static partial Regex Ids();
}
