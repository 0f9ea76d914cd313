using System.Text.RegularExpressions;
using SswpNas.MLNet.Tests.Package;

namespace SswpNas.MLNet.Tests.Readme;

/// <summary>docs/make-api.sh makes the API reference that docs/README.md promises.</summary>
[TestClass]
[TestCategory("Long")]
public sealed partial class ApiPagesTests
{
    [TestMethod]
    public void EveryPublicTypeGetsAPageWhoseLinksLeadSomewhere()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("The script needs bash.");
        string root = PackedLibrary.Repository();
        (int code, string output) = Tool.Try(root, "bash", Path.Combine("docs", "make-api.sh"));
        if (code != 0 && output.Contains("could not be restored", StringComparison.Ordinal))
            Assert.Inconclusive($"docfx is not to be had: {output}");
        Assert.AreEqual(0, code, output);

        string site = Path.Combine(root, "artifacts", "api", "site");
        Type[] types = [.. typeof(SswpNasCatalog).Assembly.GetExportedTypes()];
        string[] missing = [.. types.Where(type => !File.Exists(PageOf(site, type))).Select(type => type.FullName!)];
        Assert.AreEqual("", string.Join(' ', missing), "These public types have no page.");
        Assert.Contains(
            nameof(SswpNasCatalog.CheckLabels), File.ReadAllText(PageOf(site, typeof(SswpNasCatalog))), "Methods have no text.");

        List<string> dead = [];
        foreach (string file in Directory.GetFiles(site, "SswpNas.MLNet*.html"))
        {
            string text = File.ReadAllText(file);
            foreach (string made in new[] { "Clone&gt;$", "<Clone>$", "EqualityContract", "PrintMembers" })
                Assert.DoesNotContain(made, text, $"{Path.GetFileName(file)} has what the compiler gives every record.");
            Assert.DoesNotContain("<xref", text, $"{Path.GetFileName(file)} has a reference that docfx could not resolve.");
            dead.AddRange(LocalLinks().Matches(text).Select(m => m.Groups[1].Value).Distinct()
                .Where(link => !File.Exists(Path.Combine(site, link))).Select(link => $"{Path.GetFileName(file)}: {link}"));
        }

        Assert.AreEqual("", string.Join('\n', dead));
    }

    private static string PageOf(string site, Type type) =>
        Path.Combine(site, $"{type.FullName!.Replace('+', '.').Replace('`', '-')}.html");

    [GeneratedRegex("""href="(SswpNas\.MLNet[^"#]*\.html)""")]
    private static partial Regex LocalLinks();
}
