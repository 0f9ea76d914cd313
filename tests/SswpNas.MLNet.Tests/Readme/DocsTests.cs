using System.Runtime.CompilerServices;
using Microsoft.ML;
using SswpNas.MLNet.Tests.Package;

namespace SswpNas.MLNet.Tests.Readme;

/// <summary>The pages of README.md, docs/ and the examples: their links lead somewhere, their code is tested code.</summary>
[TestClass]
public sealed class DocsTests
{
    [TestMethod]
    public void EveryLinkLeadsToAFileAndAHeadingThatThereAre()
    {
        string root = PackedLibrary.Repository();
        Dictionary<string, HashSet<string>> anchors = [];
        List<string> broken = [];
        int links = 0;
        foreach (Page page in Page.All())
        {
            foreach (string link in page.Links())
            {
                links++;
                string[] parts = link.Split('#', 2);
                string target = parts[0].Length == 0 ? page.Path : Path.Combine(Path.GetDirectoryName(page.Path)!, Uri.UnescapeDataString(parts[0]));
                string file = Path.GetFullPath(Path.Combine(root, target));
                if (!File.Exists(file) && !Directory.Exists(file)) broken.Add($"{page.Path}: {link} leads nowhere");
                else if (parts.Length == 2 && file.EndsWith(".md", StringComparison.Ordinal) && !Anchors(Path.GetRelativePath(root, file)).Contains(parts[1]))
                    broken.Add($"{page.Path}: {link}: there is no such heading");
            }
        }

        Assert.AreEqual("", string.Join('\n', broken));
        Assert.IsGreaterThan(50, links);

        HashSet<string> Anchors(string path) => anchors.TryGetValue(path, out HashSet<string>? known) ? known : anchors[path] = Page.Of(path).Anchors();
    }

    [TestMethod]
    public void AllCodeOnThePagesIsCodeThatIsTested()
    {
        string here = Path.GetDirectoryName(ThisFile())!;
        string[] tested = [.. new[] { "GuideCode.cs", "DocsCode.cs" }.SelectMany(file => Regions.All(File.ReadAllText(Path.Combine(here, file))))];
        // README.md's program is run as it stands.
        string[] shown = [.. Page.All().Where(page => page.Path != "README.md").SelectMany(page => page.CodeBlocks())];
        foreach (string block in shown) Assert.Contains(block, tested, $"No test runs this code:\n{block}");
        foreach (string region in tested) Assert.Contains(region, shown, $"No page shows this code:\n{region}");
    }

    [TestMethod]
    public void ThePagesSettingsCanBeUsed()
    {
        MLContext ml = new(seed: 1);
        SswpNasCatalog sswp = ml.SswpNas();
        (SearchOptions search, FineTuneOptions fineTune) = DocsCode.Workstation();
        foreach (SearchOptions options in DocsCode.Kinds(search).Append(search).Append(DocsCode.Remaining()))
            Assert.IsNotNull(sswp.Search(options: options));
        Assert.IsNotNull(sswp.FineTune("Label", "Pixels", fineTune));
        Assert.IsNotNull(sswp.FineTune(options: DocsCode.PseudoLabels()));
        Assert.IsNotNull(sswp.FineTune(options: DocsCode.Taught(sswp, search).FineTune));
        Assert.IsNotNull(sswp.Search(options: SearchOptions.Cifar10 with { InitialChannels = 16, Cells = 8, BatchSize = 256 }));
        Assert.IsNotNull(sswp.Search(options: search with { SkipDropout = 0.3, SkipStop = new SkipStop() }));
    }

    [TestMethod]
    public void TheSettingsPageNamesThePresetsSizes()
    {
        string text = Page.Of("docs/settings.md").Text;
        foreach (SearchOptions preset in new[] { SearchOptions.Laptop, SearchOptions.Smoke, SearchOptions.Paper, SearchOptions.ImageNet })
        {
            string size = $"{preset.Cells} cells, {preset.InitialChannels} channels, {preset.Epochs} epochs";
            Assert.IsTrue(text.Contains($"| {size} |", StringComparison.Ordinal), $"docs/settings.md lacks '{size}'.");
        }
    }

    [TestMethod]
    public void EveryExampleHasAPageThatNamesItsCommand()
    {
        foreach (string folder in Directory.GetDirectories(Path.Combine(PackedLibrary.Repository(), "examples")))
        {
            string name = Path.GetFileName(folder);
            if (!File.Exists(Path.Combine(folder, $"{name}.csproj"))) continue;
            string page = Page.Of($"examples/{name}/README.md").Text;
            Assert.IsTrue(page.Contains($"examples/{name}", StringComparison.Ordinal), $"examples/{name}/README.md names no command.");
        }
    }

    [TestMethod]
    [DataRow("ChainSweep")]
    [DataRow("CrossValidation")]
    [DataRow("DataParallel")]
    [DataRow("LabelledCsv")]
    [DataRow("OwnImages")]
    [DataRow("Transfer")]
    public void TheExamplesOfOnePageAreAPage(string example)
    {
        string[] files = Directory.GetFiles(Path.Combine(PackedLibrary.Repository(), "examples", example), "*.cs");
        Assert.HasCount(1, files);
        Assert.IsLessThanOrEqualTo(110, File.ReadAllLines(files[0]).Length);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
