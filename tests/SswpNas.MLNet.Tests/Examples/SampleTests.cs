using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.ML;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Package;

namespace SswpNas.MLNet.Tests.Examples;

/// <summary>The program of one file and no project, as its user runs it.</summary>
[TestClass]
[TestCategory("Long")]
public sealed partial class SampleTests
{
    private static string Configuration => typeof(SampleTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    [TestMethod]
    public void TheFileRunsByItselfAndLeavesAModel()
    {
        using TestFolder folder = new TestFolder().WithClasses(40, "ant", "bee", "cat");
        string sample = Path.Combine(PackedLibrary.Repository(), "examples", "sample.cs");
        string[] run = ["dotnet", "run", "-c", Configuration, sample, "--", folder.Root];
        // libtorch has to be found where its package put it.
        string[] command = OperatingSystem.IsWindows() ? run : ["env", "-u", "LD_LIBRARY_PATH", .. run];

        (int code, string output) = Tool.Try(folder.Root, command[0], command[1..]);

        if (code != 0 && NotToBeHad().IsMatch(output)) Assert.Inconclusive($"Packages are not to be had: {output}");
        Assert.AreEqual(0, code, output);
        Assert.IsTrue(Accuracy().IsMatch(output), output);
        ITransformer model = new MLContext().Model.Load(Path.Combine(folder.Root, "model.zip"), out DataViewSchema schema);
        Assert.IsNotNull(schema.GetColumnOrNull("ImagePath"));
        (model as IDisposable)?.Dispose();
        Assert.IsFalse(File.Exists(Path.Combine(Path.GetDirectoryName(sample)!, "packages.lock.json")), "The run leaves no file beside the sample.");
    }

    [TestMethod]
    public void TheLabellingLoopBuilds()
    {
        using TestFolder folder = new();
        string file = Path.Combine(PackedLibrary.Repository(), "examples", "labelling.cs");

        (int code, string output) = Tool.Try(folder.Root, "dotnet", "build", "-c", Configuration, file);

        if (code != 0 && NotToBeHad().IsMatch(output)) Assert.Inconclusive($"Packages are not to be had: {output}");
        Assert.AreEqual(0, code, output);
    }

    [GeneratedRegex(@"accuracy [01]\.\d\d, written: .*model\.zip")]
    private static partial Regex Accuracy();

    /// <summary>A package or its source that cannot be reached.</summary>
    [GeneratedRegex(@"\bNU1(101|102|103|301)\b")]
    private static partial Regex NotToBeHad();
}
