using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using SkiaSharp;
using SswpNas.MLNet.Tests.Data;

namespace SswpNas.MLNet.Tests.Examples;

/// <summary>The examples for one's own images, as their user runs them.</summary>
[TestClass]
[TestCategory("Long")]
public sealed class OwnImagesTests : IDisposable
{
    private readonly TestFolder _images = new();
    private readonly TestFolder _folder = new();

    public void Dispose()
    {
        _images.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    public void ClassFoldersAreLearntTheRestIsNamedAndTheSearchServesForOtherClasses()
    {
        _images.WithClasses(10, "sorted/ant", "sorted/bee").WithClasses(90, "sorted/unlabelled").WithClasses(12, "other/cat", "other/dog");

        string output = Done("OwnImages", Images("sorted"), "--smoke");

        Assert.MatchesRegex(@"(?m)^[0-9.]+ % of the sorted images .* \(95 % interval [0-9.]+ to [0-9.]+ %, n = 20, 5 folds; .*\)\.$", output);
        Assert.Contains("<section id=\"answer\"", File.ReadAllText(Result("own-images/report.html")));
        string[][] rows = Rows("own-images/unlabelled.csv", "ImagePath,Name,Probability");
        string[] unlabelled = Directory.GetFiles(Images("sorted/unlabelled"));
        CollectionAssert.AreEquivalent(unlabelled, rows.Select(r => r[0]).ToArray());
        Assert.IsTrue(rows.All(r => r[1] is "ant" or "bee"));
        double[] probabilities = [.. rows.Select(Probability)];
        CollectionAssert.AreEqual(probabilities.Order().ToArray(), probabilities);
        Assert.Contains("<section id=\"network\"", File.ReadAllText(Result("own-images/report.html")));
        Assert.IsTrue(NameOf(unlabelled[0], "own-images/model.zip") is "ant" or "bee");

        output = Done("Transfer", Result("own-images/search-result"), Images("other"), "--smoke");

        foreach (string start in new[] { "Random", "Concomitant" })
            Assert.MatchesRegex($@"(?m)^{start}: [0-9.]+ ?% of 8 images are named correctly\.$", output);
        Assert.DoesNotContain("search: epoch", output, "nothing is searched");
        Assert.IsTrue(Score(Images("other/cat/000.png"), "transfer/model.zip").Score.Length == 2);
    }

    [TestMethod]
    public void RowsOfACsvWithoutALabelGetTheirNames()
    {
        string[] files = [.. Enumerable.Range(0, 80).Select(i => $"photos/{i:00}, again.png")];
        for (int i = 0; i < files.Length; i++) _images.Write(files[i], TestFolder.Image(SKEncodedImageFormat.Png, i));
        _images.Write("table.csv", [.. System.Text.Encoding.UTF8.GetBytes(string.Join('\n', files
            .Select((file, i) => $"\"{file}\",{(i % 4 != 0 ? "" : i % 8 == 0 ? "ant" : "bee")}").Prepend("ImagePath,Label")))]);

        string output = Done("LabelledCsv", Images("table.csv"), "--smoke");

        Assert.Contains("60 rows without a label are named.", output);
        string[] lines = File.ReadAllLines(Result("labelled-csv/predictions.csv"));
        Assert.AreEqual("ImagePath,Name,Probability", lines[0]);
        string[] starts = [.. files.Where((_, i) => i % 4 != 0).Select(file => $"\"{file}\",")];
        Assert.HasCount(starts.Length, lines.Skip(1));
        for (int i = 0; i < starts.Length; i++) Assert.MatchesRegex($"^{starts[i]}(ant|bee),[01]", lines[i + 1]);
        string other = _images.Write("new.png", TestFolder.Image(SKEncodedImageFormat.Png, 99));
        Assert.IsTrue(NameOf(other, "labelled-csv/model.zip") is "ant" or "bee");
    }

    [TestMethod]
    [DataRow("OwnImages", "own-images/unlabelled.csv", 150)]
    [DataRow("LabelledCsv", "labelled-csv/predictions.csv", 150)]
    [DataRow("Transfer", "transfer/model.zip", 0)]
    public void WithoutArgumentsItRunsOnTheRepositorysImages(string example, string result, int rows)
    {
        string output = Done(example);
        Assert.Contains("Written to ", output);
        Assert.IsTrue(File.Exists(Result(result)), output);
        if (rows > 0) Assert.HasCount(rows, Rows(result, "ImagePath,Name,Probability"));
    }

    [TestMethod]
    [DataRow("OwnImages", "nowhere", "The image folder '*nowhere' does not exist or is not a folder; one with a folder of images for each class*")]
    [DataRow("OwnImages", "classes", "The image folder '*classes' has no folder 'unlabelled'. Expected: *")]
    [DataRow("OwnImages", "--quick", "There is no option '--quick'. Usage: OwnImages [FOLDER] [--smoke] [--unlabelled USE] [--teacher TEACHER]")]
    [DataRow("OwnImages", "--unlabelled maybe", "--unlabelled is 'maybe'; pseudo-labels or ignore was expected.")]
    [DataRow("OwnImages", "--teacher resnet18 --unlabelled ignore", "--teacher and --unlabelled ignore came together; *")]
    [DataRow("OwnImages", "a b", "2 arguments came, at most 1 were expected. Usage: *")]
    [DataRow("LabelledCsv", "nowhere.csv", "There is no file '*nowhere.csv'. Give a CSV file with the columns ImagePath and Label.")]
    [DataRow("LabelledCsv", "empty.csv", "The label column 'Label' has no label: every row's is missing (key 0). Label at least 2 images of each class.")]
    [DataRow("Transfer", "classes", "One argument came, a saved search result and a folder of class folders were expected.")]
    [DataRow("Transfer", "nowhere classes", "*nowhere*")]
    [DataRow("Transfer", "classes classes", "*classes*SHA256SUMS*")]
    public void WhatCannotBeUsedIsOneLine(string example, string arguments, string expected)
    {
        _folder.WithClasses(3, "classes/ant", "classes/bee");
        _folder.Write("empty.csv", "ImagePath,Label\nclasses/ant/000.png,\nclasses/ant/001.png,\n"u8.ToArray());
        ExampleProcess.Finished run = ExampleProcess.Run(example, _folder.Root, arguments.Split(' '));
        Assert.IsTrue(run.Code is 1 or 2, $"exit code {run.Code}");
        Assert.HasCount(1, run.ErrorLines, run.Error);
        Assert.MatchesRegex("^" + System.Text.RegularExpressions.Regex.Escape(expected).Replace(@"\*", ".*", StringComparison.Ordinal) + "$", run.ErrorLines[0]);
    }

    private string Images(string name) => Path.Combine(_images.Root, name);

    private string Result(string name) => Path.Combine(_folder.Root, "output", name);

    private string Done(string example, params string[] arguments)
    {
        ExampleProcess.Finished run = ExampleProcess.Run(example, _folder.Root, arguments);
        Assert.AreEqual(0, run.Code, run.Error + run.Output);
        Assert.AreEqual("", run.Error);
        return run.Output;
    }

    private string[][] Rows(string file, string head)
    {
        string[] lines = File.ReadAllLines(Result(file));
        Assert.AreEqual(head, lines[0]);
        string[][] rows = [.. lines.Skip(1).Select(line => line.Split(','))];
        foreach (string[] row in rows) Assert.IsInRange(0.0, 1.0, Probability(row));
        return rows;
    }

    private static double Probability(string[] row) => double.Parse(row[^1], CultureInfo.InvariantCulture);

    private string NameOf(string image, string model) => Score(image, model).Name;

    /// <summary>By stock ML.NET, from a path alone.</summary>
    private Scored Score(string image, string file)
    {
        MLContext ml = new();
        ITransformer model = ml.Model.Load(Result(file), out DataViewSchema inputs);
        using var owner = model as IDisposable;
        IDataView scored = model.Transform(ml.Data.LoadFromEnumerable([new PathRow { ImagePath = image }]));
        bool named = scored.Schema.GetColumnOrNull("Name") is not null;
        return new Scored(
            named ? scored.GetColumn<string>("Name").Single() : "", scored.GetColumn<float[]>("Score").Single());
    }

    private sealed record Scored(string Name, float[] Score);

    private sealed class PathRow
    {
        public string ImagePath { get; set; } = "";
    }
}
