using System.Text.Json;
using System.Text.RegularExpressions;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Package;

namespace SswpNas.MLNet.Tests.Readme;

/// <summary>
/// docs/api is what docfx makes of the XML comments. After a change of them run the test with SSWPNAS_APPROVE=1 and commit
/// what it writes. docfx is a tool of the repository: 'dotnet tool restore' brings it.
/// </summary>
[TestClass]
[TestCategory("Long")]
public sealed partial class ApiPagesTests
{
    private const string Namespace = "SswpNas.MLNet";

    /// <summary>What every record and object has.</summary>
    private const string Filter =
        """
        apiRules:
        - exclude:
            uidRegex: ^System\.Object
        - exclude:
            uidRegex: ^SswpNas\.MLNet\..*\.(Equals|GetHashCode|Deconstruct|op_Equality|op_Inequality)(\(|$)
        """;

    [TestMethod]
    public void TheApiPagesAreThoseOfTheComments()
    {
        string folder = Path.Combine(PackedLibrary.Repository(), "docs", "api");
        Dictionary<string, string> made = Make();
        if (Environment.GetEnvironmentVariable("SSWPNAS_APPROVE") == "1")
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            Directory.CreateDirectory(folder);
            foreach ((string name, string text) in made) File.WriteAllText(Path.Combine(folder, name), text);
        }

        var there = Directory.GetFiles(folder).ToDictionary(f => Path.GetFileName(f), f => File.ReadAllText(f).ReplaceLineEndings("\n"));
        string[] differ = [.. made.Keys.Union(there.Keys).Where(name => made.GetValueOrDefault(name) != there.GetValueOrDefault(name)).Order(StringComparer.Ordinal)];
        Assert.AreEqual("", string.Join(' ', differ), "docs/api is not what the XML comments say. Run this test with SSWPNAS_APPROVE=1 and commit docs/api.");
        Assert.IsGreaterThan(50, made.Count);
        foreach (string text in made.Values) Assert.DoesNotContain("<xref", text);
    }

    private static Dictionary<string, string> Make()
    {
        using TestFolder work = new();
        string filter = work.Write("filter.yml", System.Text.Encoding.UTF8.GetBytes(Filter));
        string config = work.Write("docfx.json", JsonSerializer.SerializeToUtf8Bytes(new
        {
            metadata = new[]
            {
                new
                {
                    src = new[] { new { files = new[] { $"{Namespace}.dll" }, src = AppContext.BaseDirectory } },
                    output = "api",
                    outputFormat = "markdown",
                    filter,
                },
            },
        }));
        (int code, string output) = Tool.Try(PackedLibrary.Repository(), "dotnet", "docfx", "metadata", config);
        string api = Path.Combine(work.Root, "api");
        if (code != 0 && !Directory.Exists(api)) Assert.Inconclusive($"docfx did not run; 'dotnet tool restore' brings it. {output}");
        Assert.AreEqual(0, code, output);
        var pages = Directory.GetFiles(api, "*.md").ToDictionary(f => Path.GetFileName(f), f => File.ReadAllText(f).ReplaceLineEndings("\n"));
        Dictionary<string, string> places = [];
        foreach ((string name, string text) in pages)
        {
            foreach (Match anchor in Anchors().Matches(text)) places.TryAdd(anchor.Groups[1].Value, name);
        }

        return pages.ToDictionary(page => FileName(page.Key), page => Mended(page.Value, page.Key, places));
    }

    /// <summary>docfx leaves references in texts as tags that no viewer of Markdown knows.</summary>
    private static string Mended(string text, string page, Dictionary<string, string> places)
    {
        string mended = References().Replace(text, match => Link(Uri.UnescapeDataString(match.Groups[1].Value), page, places));
        return TrailingBlanks().Replace(mended.Replace($"({Namespace}.md", "(README.md", StringComparison.Ordinal), "\n").TrimEnd('\n') + "\n";
    }

    private static string Link(string uid, string page, Dictionary<string, string> places)
    {
        string name = Parameters().Replace(uid, "");
        string[] parts = name.Split('.');
        if (!uid.StartsWith($"{Namespace}.", StringComparison.Ordinal)) return $"`{Arity().Replace(parts[^1], "")}`";
        string anchor = NoAnchor().Replace(uid, "_");
        string own = name[(Namespace.Length + 1)..];
        if (places.TryGetValue(anchor, out string? place))
        {
            bool isType = place == $"{name}.md";
            string words = place == page && !isType ? parts[^1] : own;
            return isType ? $"[{words}]({place})" : $"[{words}]({(place == page ? "" : place)}#{anchor})";
        }

        // A value of an enumeration, which has no heading of its own.
        string type = string.Join('.', parts[..^1]);
        return places.ContainsValue($"{type}.md") ? $"[{own}]({type}.md)" : $"`{own}`";
    }

    private static string FileName(string page) => page == $"{Namespace}.md" ? "README.md" : page;

    [GeneratedRegex("""<a id="([^"]+)">""")]
    private static partial Regex Anchors();

    [GeneratedRegex("""<xref href="([^"]+)"[^>]*></xref>""")]
    private static partial Regex References();

    [GeneratedRegex(@"\(.*$")]
    private static partial Regex Parameters();

    [GeneratedRegex("`+[0-9]+$")]
    private static partial Regex Arity();

    [GeneratedRegex("[^A-Za-z0-9]")]
    private static partial Regex NoAnchor();

    [GeneratedRegex(@"(?<! ) ?\n(\s*\n)*(?=\n)")]
    private static partial Regex TrailingBlanks();
}
