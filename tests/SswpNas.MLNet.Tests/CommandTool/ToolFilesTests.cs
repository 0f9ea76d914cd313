extern alias tool;

using SswpNas.MLNet.Tests.Data;
using tool::SswpNas.MLNet.Examples;
using tool::SswpNasTool.Models;
using tool::SswpNasTool.Training;

namespace SswpNas.MLNet.Tests.CommandTool;

/// <summary>The files that the tool writes, and those that it leaves alone.</summary>
[TestClass]
public sealed class ToolFilesTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void CopiesOverwriteNothing()
    {
        string first = _folder.Write("a/x.png", [1]), second = _folder.Write("b/x.png", [2]);
        string sorted = Path.Combine(_folder.Root, "sorted");
        _folder.Write("sorted/ant/x.png", [3]);
        SortedCopies copies = new(sorted, ["ant", "b/c"]);
        foreach (string path in new[] { first, second, first }) copies.Add(path, "ant");
        copies.Add(first, null);
        copies.Add(first, "b/c");

        Assert.AreEqual((4, 1), (copies.Copied, copies.There));
        byte[] Content(string name) => File.ReadAllBytes(Path.Combine(sorted, name));
        CollectionAssert.AreEqual(new byte[] { 3, 1, 2 }, Content("ant/x.png").Concat(Content("ant/x (2).png")).Concat(Content("ant/x (3).png")).ToArray());
        CollectionAssert.AreEqual(new byte[] { 1, 1 }, Content("unsure/x.png").Concat(Content("b_c/x.png")).ToArray());
    }

    [TestMethod]
    public void OnlyATableOfScoresIsReplaced()
    {
        string path = _folder.Write("scores.csv", "mine,yours\n"u8.ToArray());
        Assert.ThrowsExactly<UsageException>(() => ScoreTable.EnsureCanReplace(path));
        Assert.ThrowsExactly<UsageException>(() => ScoreTable.EnsureCanReplace(_folder.Root));
        File.Delete(path);
        using (ScoreTable table = new(path, ["ant", "bee"]))
        {
            table.Add("a,b.png", null, [0.25f, 0.75f]);
            table.AddProblem("c.png", "is empty (0 bytes)");
            table.Complete();
        }

        ScoreTable.EnsureCanReplace(path);
        CollectionAssert.AreEqual(
            new[] { "path,class,probability,score.ant,score.bee,error", "\"a,b.png\",,0.75,0.25,0.75,", "c.png,,,,,is empty (0 bytes)" }, File.ReadAllLines(path));
    }

    [TestMethod]
    public void ACrossValidationIsReadAsItWasWritten()
    {
        CrossValidatedImage[] images = [new("/a/x, y.png", 1, "ant", "bee", 0.625), new("/a/\"z\".png", 2, "bee", "bee", 1)];
        string path = Path.Combine(_folder.Root, CrossValidation.FileName);
        CrossValidation written = new(null!, images);
        written.Write(path);
        CollectionAssert.AreEqual(images, CrossValidation.Read(path).ToArray());
        Assert.AreEqual(0.5, written.Summary.Accuracy);
        File.WriteAllText(path, "path,fold\n1,2\n");
        Assert.ThrowsExactly<InvalidDataException>(() => CrossValidation.Read(path));
    }

    [TestMethod]
    public void NamedImagesAreSummedUp()
    {
        NamedImages images = new(
        [
            new NamedImage("1", "ant", "ant", 0.95), new NamedImage("2", "ant", "bee", 0.9), new NamedImage("3", "ant", "ant", 0.5),
            new NamedImage("4", "bee", "bee", 0.7),
        ]);
        Assert.AreEqual(0.75, images.Accuracy);
        Assert.AreEqual((2.0 / 3 + 1) / 2, images.Macro, 1e-12);
        Assert.AreEqual((2.0 / 3, 0.75), images.From(0.7));
        Assert.AreEqual((0.0, 0.0), images.From(0.99));
        Assert.AreEqual((0.05 + 0.9 + 0.5 + 0.3) / 4, images.CalibrationError, 1e-12);    // four bins
    }

    [TestMethod]
    public void AStoppedRunGoesOnWithItsSettingsAndForItsCommandOnly()
    {
        TrainRequest request = TrainRequests.Of("parts") with { Minutes = 5 };
        string checkpoints = Path.Combine(_folder.Root, "checkpoints");
        Assert.IsNull(TrainSettings.OfStoppedRun(checkpoints, request));
        TrainSettings settings = new()
        {
            Request = request.Identity(),
            ImageSize = 48,
            Stem = StemKind.Strided,
            Channels = 16,
            Epochs = 77,
            BatchSize = 64,
            FineTuneEpochs = 45,
            LabelSteps = 300,
            UnlabelledSteps = 500,
            Folds = 3,
        };
        settings.Keep(checkpoints);

        Assert.AreEqual(settings, TrainSettings.OfStoppedRun(checkpoints, request with { Threads = 2 }));
        UsageException error = Assert.ThrowsExactly<UsageException>(() => TrainSettings.OfStoppedRun(checkpoints, request with { Seed = 2 }));
        Assert.Contains(checkpoints, error.Message);
        File.WriteAllText(Path.Combine(checkpoints, "settings.json"), "{");
        Assert.ThrowsExactly<InvalidDataException>(() => TrainSettings.OfStoppedRun(checkpoints, request));
    }

    [TestMethod]
    public void ASpeedForAnotherSizeGrowsWithItsPixelsAndChannels()
    {
        Speed measured = new(32, 8, Search: 1, Step: 2), larger = measured.At(64, 8);
        Assert.AreEqual((4.0, 8.0), (larger.Search, larger.Step));
        Assert.IsInRange(2.0, 4.0, measured.At(32, 16).Search);
    }
}
