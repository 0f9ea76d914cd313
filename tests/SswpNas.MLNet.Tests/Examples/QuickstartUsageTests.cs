using SswpNas.MLNet.Tests.Data;

namespace SswpNas.MLNet.Tests.Examples;

/// <summary>What the example says to bad usage and to bad input, and that it says so before the search.</summary>
[TestClass]
[TestCategory("Long")]
public sealed class QuickstartUsageTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void HelpListsEveryOption()
    {
        ExampleProcess.Finished run = Run("--help");
        Assert.AreEqual(0, run.Code);
        foreach (string option in new[]
        {
            "--data", "--test-data", "--limit", "--label-fraction", "--preset", "--search-epochs", "--fine-tune-epochs",
            "--channels", "--cells", "--image-size", "--stem", "--batch", "--seed", "--unlabelled", "--teacher", "--rival", "--strategy", "--device", "--threads", "--output",
        })
        {
            Assert.Contains($"  {option} <", run.Output);
        }

        foreach (string flag in new[] { "--any-orientation", "--quiet", "--verbose" }) Assert.Contains($"  {flag} ", run.Output);
    }

    [TestMethod]
    public void AllBadOptionsAreReportedAtOnce()
    {
        ExampleProcess.Finished run = Run(
            "--epoch", "3", "--limit", "1", "--label-fraction", "NaN", "--preset", "huge", "--search-epochs", "2",
            "--channels", "7", "--cells", "two", "--image-size", "30", "--batch", "1", "--device", "tpu",
            "--threads", "0", "--output", "", "--unlabelled", "maybe", "--rival", "no", "--strategy", "3", "--stem", "tree");
        Assert.AreEqual(2, run.Code);
        Assert.AreEqual("", run.Output);
        foreach (string expected in new[]
        {
            "'--epoch'", "--limit is '1'", "--label-fraction is 'NaN'", "--preset is 'huge'", "--search-epochs is '2'",
            "--channels is '7'", "--cells is 'two'", "--image-size is '30'", "--batch is '1'", "--device is 'tpu'",
            "--threads is '0'", "--output is ''", "--unlabelled is 'maybe'", "--rival is 'no'", "--strategy is '3'", "--stem is 'tree'",
        })
        {
            Assert.ContainsSingle(line => line.Contains(expected, StringComparison.Ordinal), run.ErrorLines, expected);
        }
    }

    [TestMethod]
    public void QuietAndVerboseExcludeEachOther()
    {
        ExampleProcess.Finished run = Run("--quiet", "--verbose");
        Assert.AreEqual(2, run.Code);
        Assert.Contains("--quiet and --verbose came together", run.Error);
    }

    [TestMethod]
    [DataRow("--quiet")]
    [DataRow("--verbose")]
    public void ARunSaysAsMuchAsIsAsked(string flag)
    {
        _folder.WithClasses(50, "images/ant", "images/bee");
        ExampleProcess.Finished run = Run("--data", "images", "--preset", "smoke", "--label-fraction", "0.5", "--rival", "false", flag);
        Assert.AreEqual(0, run.Code, run.Error);
        Assert.Contains("concomitant", run.Output, "the table of results");
        bool verbose = flag == "--verbose";
        Assert.AreEqual(verbose, run.Output.Contains("search: ", StringComparison.Ordinal), run.Output);
        Assert.AreEqual(verbose, run.Output.Contains("Searching on 80 images", StringComparison.Ordinal), run.Output);
        Assert.AreEqual(verbose, run.Output.Contains("Fine-tuning from Random weights", StringComparison.Ordinal), run.Output);
    }

    [TestMethod]
    [DataRow("strided", "40", "a multiple of 16 from 32 on")]
    [DataRow("imagenet", "32", "a multiple of 32 from 64 on")]
    public void ASideThatTheStemCannotHalveIsRefused(string stem, string side, string expected)
    {
        ExampleProcess.Finished run = Run("--stem", stem, "--image-size", side);
        Assert.AreEqual(2, run.Code);
        Assert.Contains(expected, run.Error);
    }

    [TestMethod]
    public void ATeacherNeedsImagesWithoutALabel()
    {
        ExampleProcess.Finished run = Run("--teacher", "resnet18", "--unlabelled", "ignore");
        Assert.AreEqual(2, run.Code);
        Assert.Contains("--teacher and --unlabelled ignore came together", run.Error);
    }

    [TestMethod]
    public void ATeacherThatIsNoOnnxModelIsNamedBeforeTheSearch()
    {
        _folder.WithClasses(4, "images/ant", "images/bee");
        Fails(Run("--data", "images", "--teacher", "nowhere.onnx"), "The teacher 'nowhere.onnx' is not there");
        string file = _folder.Write("text.onnx", "no model"u8.ToArray());
        Fails(Run("--data", "images", "--teacher", file), $"The teacher '{file}' is no ONNX model");
    }

    [TestMethod]
    public void AMissingFolderIsNamed()
    {
        ExampleProcess.Finished run = Run("--data", "not-there");
        Fails(run, Path.Combine(_folder.Root, "not-there"));
    }

    [TestMethod]
    public void AnUnusableOutputFolderIsFoundBeforeAnythingElse()
    {
        string file = _folder.Write("file", [1]);
        ExampleProcess.Finished run = Run("--data", "not-there", "--output", Path.Combine(file, "results"));
        Fails(run, "--output");
        Assert.AreEqual("", run.Output);
    }

    [TestMethod]
    public void ADamagedImageIsNamedBeforeTheSearch()
    {
        _folder.WithClasses(4, "images/ant", "images/bee");
        string damaged = _folder.Write("images/bee/damaged.png", [0x89, 0x50, 0x4e, 0x47]);
        Fails(Run("--data", "images"), damaged);
    }

    [TestMethod]
    public void OtherClassesInTheTestFolderAreRefused()
    {
        _folder.WithClasses(4, "images/ant", "images/bee", "test/ant", "test/wasp");
        Fails(Run("--data", "images", "--test-data", "test"), "wasp");
    }

    [TestMethod]
    public void TooFewLabelsToChooseALearningRateAreFoundBeforeTheSearch()
    {
        _folder.WithClasses(10, "images/ant", "images/bee");
        Fails(Run("--data", "images", "--label-fraction", "0.1"), "--label-fraction");
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void CtrlCStopsTheSearchAndTheSameCommandGoesOn()
    {
        _folder.WithClasses(50, "images/ant", "images/bee");
        string[] arguments = ["--data", "images", "--preset", "smoke", "--label-fraction", "0.5", "--rival", "false", "--search-epochs", "40"];
        ExampleProcess.Finished whole = Run([.. arguments, "--output", "whole"]);
        Assert.AreEqual(0, whole.Code, whole.Error);

        arguments = [.. arguments, "--output", "results"];
        using var run = ExampleProcess.Start("Quickstart", _folder.Root, arguments);
        run.WaitForLine("search: ");
        run.Interrupt();
        ExampleProcess.Finished stopped = run.Finish();
        Assert.AreEqual(130, stopped.Code, stopped.Error);
        string results = Path.Combine(_folder.Root, "results"), checkpoints = Path.Combine(results, "checkpoints");
        Assert.AreEqual($"Stopped. The same command goes on where it was; to start over, remove {checkpoints}.", stopped.Error.Trim());
        CollectionAssert.AreEqual(new[] { checkpoints }, Directory.GetFileSystemEntries(results), "no half file");

        ExampleProcess.Finished resumed = Run(arguments);
        Assert.AreEqual(0, resumed.Code, resumed.Error);
        Assert.IsLessThan(40, resumed.Output.Split('\n').Count(line => line.StartsWith("search: ", StringComparison.Ordinal)), "it began anew");
        Assert.IsFalse(Directory.Exists(checkpoints));
        Assert.AreEqual(
            SearchResult.Load(Path.Combine(_folder.Root, "whole", "search-result")).Genotype,
            SearchResult.Load(Path.Combine(results, "search-result")).Genotype);
    }

    private ExampleProcess.Finished Run(params string[] arguments) => ExampleProcess.Run("Quickstart", _folder.Root, arguments);

    private static void Fails(ExampleProcess.Finished run, string named)
    {
        Assert.AreEqual(1, run.Code, run.Error);
        Assert.Contains(named, run.Error);
        Assert.DoesNotContain("   at ", run.Error, "a stack trace");
        Assert.DoesNotContain("search: ", run.Output);
    }
}
