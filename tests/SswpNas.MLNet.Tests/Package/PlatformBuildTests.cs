using System.Text.Json;
using System.Text.RegularExpressions;
using SswpNas.MLNet.Tests.Data;

namespace SswpNas.MLNet.Tests.Package;

/// <summary>The library is built for systems that no test runs on, and its packages have their native halves there.</summary>
[TestClass]
[TestCategory("Long")]
public sealed partial class PlatformBuildTests
{
    [TestMethod]
    [DataRow("win-x64", "onnxruntime.dll", "libSkiaSharp.dll", "LibTorchSharp.dll")]
    [DataRow("osx-arm64", "libonnxruntime.dylib", "libSkiaSharp.dylib", "libLibTorchSharp.dylib")]
    public void ItIsBuiltForAnotherSystem(string runtime, params string[] natives)
    {
        using TestFolder folder = new();
        string root = PackedLibrary.Repository();
        // Analysers have seen the same sources in the usual build.
        (int code, string output) = Tool.Try(
            root, "dotnet", "build", Path.Combine(root, "src", "SswpNas.MLNet"), "-c", "Release", "-r", runtime, "--no-self-contained",
            "--artifacts-path", folder.Root, $"-p:NuGetLockFilePath={Path.Combine(folder.Root, "packages.lock.json")}", "-p:RunAnalyzers=false");
        if (code != 0 && NotToBeHad().IsMatch(output)) Assert.Inconclusive($"Packages for {runtime} are not to be had: {output}");
        Assert.AreEqual(0, code, output);

        Assert.HasCount(1, Directory.GetFiles(Path.Combine(folder.Root, "bin"), "SswpNas.MLNet.dll", SearchOption.AllDirectories));
        string assets = Directory.GetFiles(Path.Combine(folder.Root, "obj"), "project.assets.json", SearchOption.AllDirectories).Single();
        string[] found = Natives(File.ReadAllText(assets), $"net10.0/{runtime}");
        Assert.AreEqual("", string.Join(' ', natives.Except(found, StringComparer.OrdinalIgnoreCase)), string.Join(' ', found));
    }

    private static string[] Natives(string assets, string target)
    {
        using JsonDocument document = JsonDocument.Parse(assets);
        return [.. document.RootElement.GetProperty("targets").GetProperty(target).EnumerateObject()
            .Where(package => package.Value.TryGetProperty("native", out _))
            .SelectMany(package => package.Value.GetProperty("native").EnumerateObject()).Select(file => Path.GetFileName(file.Name))];
    }

    /// <summary>A package or its source that cannot be reached.</summary>
    [GeneratedRegex(@"\bNU1(101|102|103|301)\b")]
    private static partial Regex NotToBeHad();
}
