using System.Reflection;
using System.Text.RegularExpressions;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Readme;

namespace SswpNas.MLNet.Tests.Package;

/// <summary>
/// A console project in an empty folder that references the packed file, runs the program of README.md and scores by the code
/// of docs/guide.md, as the user of a package would. All other packages come from the NuGet cache of the build; no source but the packed file's folder is asked.
/// </summary>
[TestClass]
[TestCategory("Long")]
public sealed partial class PackageUseTests
{
    private static PackedLibrary _packed = null!;
    private static TestFolder _images = null!;
    private static string _project = "";

    [ClassInitialize]
    public static void Write(TestContext _)
    {
        _packed = new PackedLibrary();
        _images = new TestFolder().WithClasses(40, "ant", "bee", "unlabelled");
        _project = Path.Combine(_packed.Root, "console");
        Directory.CreateDirectory(_project);
        File.WriteAllText(Path.Combine(_project, "Console.csproj"), Project());
        WriteSources(closed: true);
        File.WriteAllText(Path.Combine(_project, "Program.cs"), Program());
        // The settings of the repository around the folder are not the user's.
        File.WriteAllText(Path.Combine(_project, "Directory.Build.props"), "<Project/>");
        File.WriteAllText(Path.Combine(_project, "Directory.Build.targets"), "<Project/>");
        File.WriteAllText(Path.Combine(_project, "Directory.Packages.props"), "<Project/>");
    }

    [ClassCleanup]
    public static void End()
    {
        _packed.Dispose();
        _images.Dispose();
    }

    [TestMethod]
    public void ItRunsTheReadmesCodeWhenPublishedForAnInstalledRuntime()
    {
        Tool.Run(_project, "dotnet", "publish", "-c", "Release", "-o", "dependent");
        Check(Tool.Run(_project, "dotnet", Path.Combine("dependent", "Console.dll"), _images.Root, "--smoke"));
    }

    [TestMethod]
    public void ItRunsTheReadmesCodeWhenPublishedWithItsRuntime()
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("The publish with its own runtime is tested on Linux.");
        (int code, string output) = Publish();
        if (code != 0 && output.Contains("Microsoft.NETCore.App.Runtime", StringComparison.Ordinal))
        {
            // The runtime's package is not in the cache; whatever sources the machine has may have it.
            WriteSources(closed: false);
            (code, output) = Publish();
            WriteSources(closed: true);
            if (code != 0 && output.Contains("Microsoft.NETCore.App.Runtime", StringComparison.Ordinal))
                Assert.Inconclusive($"The .NET runtime's package is not to be had, so nothing was published with it: {output}");
        }

        Assert.AreEqual(0, code, output);
        Check(Tool.Run(_project, Path.Combine(_project, "contained", "Console"), _images.Root, "--smoke"));

        static (int Code, string Output) Publish() => Tool.Try(
            _project, "dotnet", "publish", "-c", "Release", "-r", "linux-x64", "--self-contained", "-o", "contained");
    }

    private static void Check(string output)
    {
        Assert.MatchesRegex(Accuracy(), output);
        Assert.HasCount(40, Names().Matches(output), output);
        Assert.IsTrue(File.Exists(Path.Combine(_project, "model.zip")));
        File.Delete(Path.Combine(_project, "model.zip"));
    }

    private static string Project() =>
        $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <InvariantGlobalization>true</InvariantGlobalization>
            <Nullable>enable</Nullable>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
            <NuGetAudit>false</NuGetAudit>
            <DisableTransitiveFrameworkReferenceDownloads>true</DisableTransitiveFrameworkReferenceDownloads>
            <CreateHardLinksForCopyFilesToOutputDirectoryIfPossible>true</CreateHardLinksForCopyFilesToOutputDirectoryIfPossible>
            <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
            <CreateHardLinksForPublishFilesIfPossible>true</CreateHardLinksForPublishFilesIfPossible>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="SswpNas.MLNet" Version="{_packed.Version}" />
            <PackageReference Include="TorchSharp-cpu" Version="{TorchSharpVersion()}" />
          </ItemGroup>
        </Project>
        """;

    /// <summary>The packed file's folder, the cache of the build as read-only store, and a package folder of its own.</summary>
    private static void WriteSources(bool closed) => File.WriteAllText(
        Path.Combine(_project, "nuget.config"),
        $"""
        <configuration>
          <config><add key="globalPackagesFolder" value="{Path.Combine(_packed.Root, "packages")}" /></config>
          <packageSources>{(closed ? "<clear />" : "")}<add key="packed" value="{_packed.Folder}" /></packageSources>
          <fallbackPackageFolders><clear /><add key="cache" value="{Metadata("NuGetPackageRoot")}" /></fallbackPackageFolders>
        </configuration>
        """);

    /// <summary>README.md's program as it stands, and behind it the guide's scoring.</summary>
    private static string Program()
    {
        string[] guide = Page.Of("docs/guide.md").CodeBlocks();
        return $$"""
            {{ReadmeProgram.Source}}
            Score(Directory.GetFiles(Path.Combine(folder, "bee")));

            static void Score(string[] paths)
            {
            {{Block("ml.Model.Load")}}
            }

            {{Block("class Photo")}}
            """;

        string Block(string part) => guide.First(block => block.Contains(part, StringComparison.Ordinal));
    }

    private static string TorchSharpVersion() => new DirectoryInfo(Path.Combine(Metadata("NuGetPackageRoot"), "torchsharp-cpu"))
        .GetDirectories().Select(d => d.Name).Single(name => typeof(TorchSharp.torch).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.StartsWith(name, StringComparison.Ordinal));

    internal static string Metadata(string key) => typeof(PackageUseTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;

    [GeneratedRegex("of the labelled test images are classified correctly")]
    private static partial Regex Accuracy();

    [GeneratedRegex("bee.[0-9]{3}\\.png: (ant|bee) \\([0-9]+ ?%\\)")]
    private static partial Regex Names();
}
