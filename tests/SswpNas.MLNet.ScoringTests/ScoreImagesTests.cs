using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using SkiaSharp;

namespace SswpNas.MLNet.ScoringTests;

/// <summary>The program, started as users start it, on a model that the library saved.</summary>
[TestClass]
public sealed class ScoreImagesTests
{
    private static readonly string[] ClassNames = ["plain", "with, comma", "said \"so\""];

    private DirectoryInfo _folder = null!;
    private string _images = "";

    [TestInitialize]
    public void Begin()
    {
        _folder = Directory.CreateTempSubdirectory();
        _images = Path.Combine(_folder.FullName, "images");
        Directory.CreateDirectory(Path.Combine(_images, "sub"));
        File.Copy(Fixture("blue.png"), Path.Combine(_images, "blue.png"));
        File.Copy(Fixture("checks.png"), Path.Combine(_images, "checks.PNG"));
        File.Copy(Fixture("ramp.png"), Path.Combine(_images, "sub", "ramp.png"));
        File.Copy(Fixture("stripes.png"), Path.Combine(_images, "sub", "stripes, \"wide\".png"));
        File.WriteAllText(Path.Combine(_images, "notes.txt"), "no image");
    }

    [TestCleanup]
    public void End() => _folder.Delete(recursive: true);

    [TestMethod]
    public void EveryImageGetsItsLabelAndScores()
    {
        (int code, string error) = Run(Fixture("tiny-model.zip"), _images);
        Assert.AreEqual((0, ""), (code, error));
        List<string[]> lines = Lines();
        string[] titles = ["path", "predictedLabel", .. ClassNames.Select(name => $"score.{name}"), "error"];
        CollectionAssert.AreEqual(titles, lines[0]);
        string[] paths = [.. lines.Skip(1).Select(line => line[0].Replace('\\', '/'))];
        CollectionAssert.AreEqual(new[] { "blue.png", "checks.PNG", "sub/ramp.png", "sub/stripes, \"wide\".png" }, paths);
        float[][] expected = [.. Expected().Values];
        for (int i = 0; i < expected.Length; i++) AssertLine(expected[i], lines[i + 1]);
        Assert.AreEqual(3, lines.Skip(1).Select(line => line[1]).Distinct().Count(), "Each class occurs.");
    }

    [TestMethod]
    public void UnreadableImagesAreNamedAndTheOthersScored()
    {
        byte[] whole = File.ReadAllBytes(Fixture("checks.png"));
        File.WriteAllBytes(Path.Combine(_images, "cut.png"), whole[..(whole.Length - 40)]);
        File.WriteAllBytes(Path.Combine(_images, "cut.jpg"), CutJpeg());
        File.WriteAllBytes(Path.Combine(_images, "empty.jpg"), []);
        File.WriteAllText(Path.Combine(_images, "text.gif"), "no image");
        (int code, string error) = Run(Fixture("tiny-model.zip"), _images);
        Assert.AreEqual(1, code);
        List<string[]> lines = Lines();
        Assert.HasCount(9, lines);
        foreach (string name in new[] { "cut.jpg", "cut.png", "empty.jpg", "text.gif" })
        {
            Assert.Contains(name, error);
            string[] line = lines.Single(l => l[0] == name);
            Assert.AreEqual("", line[1]);
            Assert.AreNotEqual("", line[^1]);
        }

        Assert.AreEqual(4, lines.Count(line => line[1].Length > 0 && ClassNames.Contains(line[1])));
        Assert.HasCount(4, error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [TestMethod]
    [TestCategory("Cases")]
    public void AnImageScoresAsAViewerShowsIt()
    {
        using SKBitmap upright = SKBitmap.Decode(Fixture("ramp.png")), lying = new(upright.Height, upright.Width), clear = new(upright.Width, upright.Height, false);
        for (int y = 0; y < upright.Height; y++)
        {
            for (int x = 0; x < upright.Width; x++) lying.SetPixel(y, upright.Width - 1 - x, upright.GetPixel(x, y));
        }

        byte[] exif = [0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
        byte[] jpeg = Encoded(lying, SKEncodedImageFormat.Jpeg);
        string folder = Directory.CreateDirectory(Path.Combine(_folder.FullName, "turned")).FullName;
        File.WriteAllBytes(Path.Combine(folder, "a.jpg"), Encoded(upright, SKEncodedImageFormat.Jpeg));
        File.WriteAllBytes(Path.Combine(folder, "b.jpg"), [.. jpeg[..2], .. exif, .. jpeg[2..]]);
        clear.Erase(SKColors.Transparent);
        File.WriteAllBytes(Path.Combine(folder, "c.png"), Encoded(clear, SKEncodedImageFormat.Png));
        clear.Erase(SKColors.White);
        File.WriteAllBytes(Path.Combine(folder, "d.png"), Encoded(clear, SKEncodedImageFormat.Png));

        Assert.AreEqual((0, ""), Run(Fixture("tiny-model.zip"), folder));

        List<string[]> lines = Lines();
        for (int k = 2; k < lines[1].Length - 1; k++) Assert.AreEqual(Number(lines[1][k]), Number(lines[2][k]), 0.02f);
        CollectionAssert.AreEqual(lines[4][1..], lines[3][1..]);

        static float Number(string text) => float.Parse(text, CultureInfo.InvariantCulture);
    }

    private static byte[] Encoded(SKBitmap image, SKEncodedImageFormat format)
    {
        using SKData data = image.Encode(format, 100);
        return data.ToArray();
    }

    [TestMethod]
    public void AModelCutShortIsRefused()
    {
        byte[] whole = File.ReadAllBytes(Fixture("tiny-model.zip"));
        string cut = Path.Combine(_folder.FullName, "cut.zip");
        File.WriteAllBytes(cut, whole[..(whole.Length / 2)]);
        AssertRefused(cut, _images, cut, "cut short");
    }

    [TestMethod]
    public void AMissingModelIsRefused() => AssertRefused("missing.zip", _images, "no model file", "missing.zip");

    [TestMethod]
    public void AMissingFolderIsRefused() =>
        AssertRefused(Fixture("tiny-model.zip"), Path.Combine(_folder.FullName, "nowhere"), "no folder", "nowhere");

    [TestMethod]
    public void AFolderWithoutImagesIsRefused()
    {
        string empty = Directory.CreateDirectory(Path.Combine(_folder.FullName, "empty")).FullName;
        AssertRefused(Fixture("tiny-model.zip"), empty, "no image", empty);
    }

    [TestMethod]
    public void AModelOfOtherColumnsIsRefusedWithTheirNames()
    {
        string other = Path.Combine(_folder.FullName, "other.zip");
        MLContext ml = new();
        IDataView data = ml.Data.LoadFromEnumerable([new { Width = 1f, Length = 2f }]);
        ml.Model.Save(ml.Transforms.Concatenate("Features", "Width", "Length").Fit(data), data.Schema, other);
        AssertRefused(other, _images, "Width (Single), Length (Single)", "ImagePath");
    }

    [TestMethod]
    public void UnknownOptionsAreRefused()
    {
        (int code, string error) = Start(["--model", Fixture("tiny-model.zip"), "--images", _images, "--colour", "red"]);
        Assert.AreEqual(2, code);
        Assert.Contains("--colour", error);
    }

    [TestMethod]
    public void HelpListsTheOptions()
    {
        (int code, string error) = Start(["--help"], out string output);
        Assert.AreEqual((0, ""), (code, error));
        foreach (string option in new[] { "--model", "--images", "--output" }) Assert.Contains(option, output);
    }

    [TestMethod]
    public void NeitherTempNorCacheFilesAreLeft()
    {
        string home = Directory.CreateDirectory(Path.Combine(_folder.FullName, "home")).FullName;
        Assert.AreEqual((0, ""), Start(Arguments(Fixture("tiny-model.zip"), _images), home));
        Assert.IsEmpty(Directory.EnumerateFiles(home, "*", SearchOption.AllDirectories));
    }

    private void AssertRefused(string model, string images, params string[] parts)
    {
        (int code, string error) = Run(model, images);
        Assert.AreEqual(2, code, error);
        foreach (string part in parts) Assert.Contains(part, error);
        Assert.IsFalse(error.Contains("   at ", StringComparison.Ordinal), "No stack trace for a user's mistake.");
        Assert.IsEmpty(Directory.EnumerateFiles(_folder.FullName, "scores.csv*"));
    }

    private static void AssertLine(float[] expected, string[] line)
    {
        Assert.AreEqual(ClassNames[Array.IndexOf(expected, expected.Max())], line[1]);
        for (int k = 0; k < expected.Length; k++)
            Assert.AreEqual(expected[k], float.Parse(line[2 + k], CultureInfo.InvariantCulture), 1e-5f);
        Assert.AreEqual("", line[^1]);
    }

    private (int Code, string Error) Run(string model, string images) => Start(Arguments(model, images));

    private string[] Arguments(string model, string images) =>
        ["--model", model, "--images", images, "--output", Path.Combine(_folder.FullName, "scores.csv")];

    private static byte[] CutJpeg()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.jpg");
        using (MLImage image = MLImage.CreateFromFile(Fixture("checks.png"))) image.Save(path);
        byte[] whole = File.ReadAllBytes(path);
        File.Delete(path);
        return whole[..(whole.Length - 20)];
    }

    private static (int Code, string Error) Start(string[] arguments, string? home = null) =>
        Start(arguments, out _, home);

    private static (int Code, string Error) Start(string[] arguments, out string output, string? home = null)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "ScoreImages.dll");
        ProcessStartInfo start = new("dotnet", [program, .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment.Remove("ORT_DISABLE_TELEMETRY");
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (string variable in home is null ? [] : new[] { "HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_DATA_HOME" })
            start.Environment[variable] = home;
        using Process process = Process.Start(start)!;
        Task<string> said = process.StandardOutput.ReadToEndAsync();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        output = said.Result;
        Assert.AreNotEqual("", output + error, "The program says what it did.");
        return (process.ExitCode, error);
    }

    private List<string[]> Lines() => CsvText.Parse(File.ReadAllText(Path.Combine(_folder.FullName, "scores.csv")));

    private static Dictionary<string, float[]> Expected() =>
        JsonSerializer.Deserialize<Dictionary<string, float[]>>(File.ReadAllText(Fixture("expected-scores.json")))!;

    private static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "Fixtures", name);
}
