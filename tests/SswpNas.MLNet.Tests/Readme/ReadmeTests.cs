using System.Text;
using System.Text.RegularExpressions;

namespace SswpNas.MLNet.Tests.Readme;

/// <summary>README.md is short, and its program is a program.</summary>
[TestClass]
[DoNotParallelize]
public sealed partial class ReadmeTests : EmptyFolderTests
{
    [TestMethod]
    public void OneLineOfTheReadmeIsTheTestCommand() => Assert.ContainsSingle(
        line => line.StartsWith("dotnet test", StringComparison.Ordinal), Page.Of("README.md").Text.Split('\n'));

    [TestMethod]
    public void TheReadmeHasEightKilobytes() =>
        Assert.IsLessThanOrEqualTo(8192, Encoding.UTF8.GetByteCount(Page.Of("README.md").Text));

    [TestMethod]
    public void TheProgramHasFortyLinesAndCompilesAsItStands()
    {
        Assert.IsLessThanOrEqualTo(40, ReadmeProgram.Source.TrimEnd().Split('\n').Length);
        Assert.IsNotNull(ReadmeProgram.Compile().EntryPoint);
    }

    [TestMethod]
    public void TheProgramWithoutAFolderSaysHowToUseIt()
    {
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => ReadmeProgram.Run());
        Assert.AreEqual("Usage: MyImages FOLDER [--smoke]", error.Message);
    }

    [TestMethod]
    public void TheProgramTrainsSavesAndReportsAndTheGuidesCodeScores()
    {
        Images.WithClasses(40, "ant", "bee", "unlabelled");
        string output = ReadmeProgram.Run(Images.Root, "--smoke");
        Assert.MatchesRegex(Accuracy(), output);
        Assert.Contains($"search: epoch 1 of {SearchOptions.Smoke.Epochs}", output);
        Assert.IsTrue(File.Exists("model.onnx"));
        Assert.Contains("</html>", File.ReadAllText("report.html"));

        string[] paths = [.. Directory.GetFiles(Path.Combine(Images.Root, "bee"))];
        IReadOnlyList<GuideCode.NamedPhoto> answers = GuideCode.Score(paths);
        CollectionAssert.AreEqual(paths, answers.Select(a => a.ImagePath).ToArray());
        foreach (GuideCode.NamedPhoto answer in answers)
        {
            Assert.AreEqual(1, answer.Score.Sum(), 1e-4);
            string best = answer.Score[0] > answer.Score[1] ? "ant" : "bee";
            Assert.AreEqual(best, answer.Name);
        }
    }

    [GeneratedRegex(@"[0-9.]+ ?% of the labelled test images are classified correctly\.")]
    private static partial Regex Accuracy();
}
