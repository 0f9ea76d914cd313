using System.Text.Json;
using System.Xml.Linq;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Package;
using SswpNas.MLNet.Tests.Readme;

namespace SswpNas.MLNet.Tests.CommandTool;

/// <summary>The tool as its user has it: packed, installed from a folder, run on a folder of images; and the templates.</summary>
[TestClass]
[TestCategory("Long")]
public sealed class ToolPackageTests
{
    private static readonly TestFolder _folder = new();

    private static PackedLibrary _packed = null!;
    private static string _tool = "";

    [ClassInitialize]
    public static void Install(TestContext _)
    {
        _packed = new PackedLibrary();
        foreach (string project in new[] { "SswpNas.Tool", "SswpNas.Templates" })
            Tool.Run(PackedLibrary.Repository(), "dotnet", "pack", Path.Combine("src", project), "-c", "Release", "--no-restore", "-nodeReuse:false", "-p:RunAnalyzers=false", "-o", _packed.Folder);
        File.WriteAllText(
            Path.Combine(_packed.Root, "nuget.config"),
            $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{Path.Combine(_packed.Root, "packages")}" /></config>
              <packageSources><clear /><add key="packed" value="{_packed.Folder}" /></packageSources>
              <fallbackPackageFolders><clear /><add key="cache" value="{PackageUseTests.Metadata("NuGetPackageRoot")}" /></fallbackPackageFolders>
            </configuration>
            """);
        Tool.Run(_packed.Root, "dotnet", "tool", "install", "SswpNas.Tool", "--tool-path", "tool", "--version", _packed.Version);
        _tool = Path.Combine(_packed.Root, "tool", OperatingSystem.IsWindows() ? "sswpnas.exe" : "sswpnas");
        string data = Path.Combine(PackedLibrary.Repository(), "data", "train");
        foreach (string name in new[] { "bolt", "gear" })
        {
            string[] files = [.. Directory.GetFiles(Path.Combine(data, name)).Order(StringComparer.Ordinal).Take(50)];
            for (int i = 0; i < files.Length; i++)
                _folder.Write(i < 8 ? $"parts/{name}/{i}.jpg" : $"parts/unlabelled/{name}-{i}.jpg", File.ReadAllBytes(files[i]));
            foreach (string file in Directory.GetFiles(Path.Combine(PackedLibrary.Repository(), "data", "test", name)).Take(10))
                _folder.Write($"test/{name}/{Path.GetFileName(file)}", File.ReadAllBytes(file));
        }

        _folder.Write("parts/unlabelled/broken.jpg", [1, 2, 3]);
    }

    [ClassCleanup]
    public static void End()
    {
        _packed.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    public void ItTrainsScoresAndExports()
    {
        using JsonDocument trained = Json(0, "train", "parts", "--smoke", "--test-data", "test", "--precision", "0.4", "--json");
        Assert.AreEqual(100, trained.RootElement.GetProperty("images").GetInt32());
        Assert.AreEqual(16, trained.RootElement.GetProperty("accuracy.images").GetInt32());
        Assert.IsInRange(0.0, 1.0, trained.RootElement.GetProperty("accuracy").GetDouble());
        Assert.AreEqual(20, trained.RootElement.GetProperty("test.images").GetInt32());
        foreach (string part in new[] { "test.accuracy", "test.calibrationError", "test.calibrationError.unscaled", "rejection.testPrecision", "rejection.testCoverage" })
            Assert.IsInRange(0.0, 1.0, trained.RootElement.GetProperty(part).GetDouble(), part);
        string[] files = [.. Directory.GetFileSystemEntries(PathOf("sswpnas-output")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
        CollectionAssert.AreEqual(new[] { "cross-validation.csv", "model.onnx", "model.zip", "report.html", "results.json", "search-result" }, files);

        using JsonDocument scored = Json(1, "score", "sswpnas-output", "parts", "--sort", "sorted", "--json");    // one file cannot be read
        Assert.AreEqual((100, 1), (scored.RootElement.GetProperty("scored").GetInt32(), scored.RootElement.GetProperty("unreadable").GetInt32()));
        Assert.HasCount(102, File.ReadAllLines(PathOf("scores.csv")));
        Assert.HasCount(100, Directory.GetFiles(PathOf("sorted"), "*.jpg", SearchOption.AllDirectories));

        using JsonDocument exported = Json(0, "export", "sswpnas-output", "--output", "parts.onnx", "--json");
        Assert.AreEqual("IsoCrop", exported.RootElement.GetProperty("resizing").GetString());
        CollectionAssert.AreEqual(new[] { "bolt", "gear" }, OnnxModelInfo.Read(PathOf("parts.onnx")).ClassNames.ToArray());

        using JsonDocument suggested = Json(0, "label-next", "sswpnas-output", "parts", "--count", "5", "--json");
        JsonElement[] images = [.. suggested.RootElement.GetProperty("images").EnumerateArray()];
        Assert.HasCount(5, images);
        foreach (JsonElement image in images) Assert.Contains("unlabelled", image.GetProperty("ImagePath").GetString()!);
        Assert.Contains("</html>", File.ReadAllText(PathOf("sswpnas-labels/label-next.html")));

        string report = Tool.Run(_folder.Root, _tool, "report", "sswpnas-output");
        Assert.StartsWith("Accuracy by cross-validation: ", report);
        Assert.Contains("Accuracy on test images: ", report);
        Assert.Contains("20 test images of test", File.ReadAllText(PathOf("sswpnas-output/report.html")));
    }

    [TestMethod]
    [DataRow(2, "train nowhere", "There is no '*nowhere'; a folder with a folder of images for each class, or a CSV file with the columns ImagePath and Label, was expected.")]
    [DataRow(2, "score nowhere parts", "There is no model '*nowhere'; a model.zip, or a folder that 'sswpnas train' wrote, was expected.")]
    [DataRow(2, "report parts", "There is no '*results.json'; a folder that 'sswpnas train' wrote was expected.")]
    [DataRow(2, "export parts/bolt", "There is no model '*model.zip'; a model.zip, or a folder that 'sswpnas train' wrote, was expected.")]
    [DataRow(1, "train parts/bolt --output other", "Failed: The images have labels of 0 classes; at least 2 were expected.*")]
    public void WhatCannotBeUsedIsSaidInALine(int code, string line, string expected)
    {
        (int came, string output) = Tool.Try(_folder.Root, _tool, line.Split(' '));
        Assert.AreEqual(code, came, output);
        string pattern = "^" + System.Text.RegularExpressions.Regex.Escape(expected).Replace(@"\*", ".*", StringComparison.Ordinal) + "$";
        Assert.MatchesRegex(pattern, output.Trim().Split('\n')[^1]);
    }

    [TestMethod]
    [DataRow("console")]
    [DataRow("service")]
    public void ATemplateMakesAProgramThatBuilds(string kind)
    {
        string hive = Path.Combine(_packed.Root, $"hive-{kind}"), name = $"My{kind}";
        Isolate();
        Tool.Run(_packed.Root, "dotnet", "new", "install", Directory.GetFiles(_packed.Folder, "SswpNas.Templates.*.nupkg").Single(), "--debug:custom-hive", hive);
        Tool.Run(_packed.Root, "dotnet", "new", "sswpnas", "--kind", kind, "--output", name, "--debug:custom-hive", hive);
        string output = Tool.Run(Path.Combine(_packed.Root, name), "dotnet", "build", "-nodeReuse:false");
        Assert.Contains("Build succeeded", output);
    }

    [TestMethod]
    public void TheConsoleTemplateIsTheReadmesProgram() => Assert.AreEqual(
        ReadmeProgram.Source, File.ReadAllText(Path.Combine(PackedLibrary.Repository(), "src", "SswpNas.Templates", "content", "sswpnas", "console", "Program.cs")));

    [TestMethod]
    [DataRow("console")]
    [DataRow("service")]
    public void ATemplateReferencesTheVersionsThatAreTestedHere(string kind)
    {
        Dictionary<string, string> tested = Versions(XDocument.Load(Path.Combine(PackedLibrary.Repository(), "Directory.Packages.props")), "PackageVersion");
        string properties = File.ReadAllText(Path.Combine(PackedLibrary.Repository(), "Directory.Build.props"));
        Dictionary<string, string> referenced = Versions(
            XDocument.Load(Path.Combine(PackedLibrary.Repository(), "src", "SswpNas.Templates", "content", "sswpnas", kind, "MyImages.csproj")), "PackageReference");
        Assert.IsNotEmpty(referenced);
        foreach ((string package, string version) in referenced)
        {
            if (package.StartsWith("SswpNas", StringComparison.Ordinal)) Assert.Contains($"<Version>{version}</Version>", properties);
            else Assert.AreEqual(tested[package], version, package);
        }
    }

    private static Dictionary<string, string> Versions(XDocument project, string element) =>
        project.Descendants(element).ToDictionary(e => e.Attribute("Include")!.Value, e => e.Attribute("Version")!.Value);

    // The settings of the repository around the folder are not the user's.
    private static void Isolate()
    {
        foreach (string file in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" })
            File.WriteAllText(Path.Combine(_packed.Root, file), "<Project/>");
    }

    private static JsonDocument Json(int code, params string[] arguments)
    {
        (int came, string output) = Tool.Try(_folder.Root, _tool, arguments);
        Assert.AreEqual(code, came, output);
        // The standard output comes first, then the standard error.
        int end = output.IndexOf("\n}", StringComparison.Ordinal);
        Assert.IsGreaterThan(0, end, output);
        return JsonDocument.Parse(output[..(end + 2)]);
    }

    private static string PathOf(string name) => Path.Combine(_folder.Root, name);
}
