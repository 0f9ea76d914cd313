using System.Text.RegularExpressions;
using SswpNas.MLNet.Tests.Package;

namespace SswpNas.MLNet.Tests.Folders;

/// <summary>The folders of the library use one another in one direction: each only those below it.</summary>
[TestClass]
public sealed class FolderOrderTests
{
    private const int MostFilesAtRoot = 6;

    /// <summary>From top to bottom, as docs/architecture.md has them. Files at the root stand above all.</summary>
    private static readonly string[] _order =
    [
        "Catalog",
        "Sweeps",
        "Labelling",
        "Reports",
        "FineTuning",
        "Pretraining",
        "Search",
        "Onnx",
        "Objectives",
        "Training",
        "Checkpoints",
        "SearchSpace",
        "Data",
        "Tensors",
        "Options",
        "Storage",
        "Messages",
        "Collectives",
        "Numerics",
    ];

    private static readonly Lazy<Sources> _library = new(Sources.OfLibrary);

    [TestMethod]
    public void NoFolderUsesOneAboveIt() => Assert.AreEqual(
        "", string.Join('\n', _library.Value.UsesOfFoldersAbove(_order).Distinct()), "Move the type, or what uses it.");

    [TestMethod]
    public void EveryTypeStandsInOneFolder() => Assert.AreEqual("", string.Join('\n', _library.Value.Scattered()));

    [TestMethod]
    public void TheOrderNamesTheFoldersThatThereAre() => CollectionAssert.AreEquivalent(_order, Sources.Folders());

    [TestMethod]
    public void FewFilesStandAtTheRoot() =>
        Assert.IsLessThanOrEqualTo(MostFilesAtRoot, Directory.GetFiles(Sources.Folder, "*.cs").Length);

    /// <summary>A line for each folder, in a list, a table, a heading or a paragraph, that begins with the folder's name, marked.</summary>
    [TestMethod]
    public void ThePageOnTheArchitectureHasTheSameOrder()
    {
        string path = Path.Combine(PackedLibrary.Repository(), "docs", "architecture.md");
        if (!File.Exists(path)) Assert.Inconclusive("There is no docs/architecture.md.");
        string page = File.ReadAllText(path);
        int[] places =
        [
            .. _order.Select(folder => $@"^(#+ |[|*-] )?[`*\[]+{folder}\b|^#+ {folder}\b")
                .Select(line => Regex.Match(page, line, RegexOptions.Multiline)).Select(match => match.Success ? match.Index : -1),
        ];
        Assert.AreEqual("", string.Join(' ', _order.Where((_, i) => places[i] < 0)), "Folders without a line of their own.");
        CollectionAssert.AreEqual(places.Order().ToArray(), places);
    }

    [TestMethod]
    [DataRow("class A { B? b; }", true, DisplayName = "a field")]
    [DataRow("class A { object M() => Make.It(); } ", false, DisplayName = "what a method of a lower folder gives")]
    [DataRow("class A { void M() { var b = Numerics.Factory.It; } }", true, DisplayName = "a namespace that says nothing of the folder")]
    [DataRow("class A { void M() => 1.Above(); }", true, DisplayName = "an extension method")]
    [DataRow("class A { IEnumerable<B>? b; }", true, DisplayName = "an argument of a type")]
    [DataRow("/// <summary><see cref=\"B\"/></summary>\nclass A { string s = \"B\"; }", false, DisplayName = "a comment and a text")]
    public void AUseOfAFolderAboveIsFound(string lower, bool isFound)
    {
        Sources sources = new(
            [
                ("Catalog/B.cs", "public class B; public static class Extensions { public static void Above(this int i) { } }"),
                ("Numerics/A.cs", "using Numerics;\n" + lower),
                ("Numerics/Make.cs", "namespace Numerics; static class Make { public static object It() => 1; }"),
                ("Catalog/Factory.cs", "namespace Numerics; static class Factory { public static B It => new(); }"),
            ]);

        string[] found = [.. sources.UsesOfFoldersAbove(_order)];

        Assert.AreEqual(isFound, found.Length > 0, string.Join('\n', found));
        foreach (string line in found) Assert.StartsWith("Numerics/A.cs(", line);
    }
}
