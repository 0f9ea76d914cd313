using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML;
using SswpNas.MLNet.Checkpoints;
using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.Sweeps;
using SswpNas.MLNet.Tensors;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Estimators;
using SswpNas.MLNet.Tests.Package;
using SswpNas.MLNet.Tests.Search;
using SswpNas.MLNet.Training.Engines.Kernels;

namespace SswpNas.MLNet.Tests.Errors;

/// <summary>
/// Each message that docs/errors.md quotes is thrown here by what a user would do, and each that is thrown here is quoted once.
/// A quote is a pattern for the beginning of its message, with … for what is filled in.
/// </summary>
[TestClass]
public sealed partial class DocumentedErrorTests : IDisposable
{
    private static readonly Lazy<string[]> _quotes = new(() => [.. Quoted().Matches(
        File.ReadAllText(Path.Combine(PackedLibrary.Repository(), "docs", "errors.md"))).Select(m => m.Groups[1].Value)]);

    private readonly TestFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    private CheckpointOptions Checkpoints => new() { Folder = Path.Combine(_folder.Root, "run") };

    public void Dispose() => _folder.Dispose();

    public static string[] Quotes() => _quotes.Value;

    [TestMethod]
    public void EveryQuotedMessageIsThrownAndEveryThrownOneIsQuoted()
    {
        string[] messages = [.. Starting(), .. Images(), .. FoldersAndTables(), .. Chains(), .. Pixels(), .. Labels(), .. Searching(), .. GoingOn()];

        Assert.IsGreaterThan(20, Quotes().Length);
        foreach (string message in messages)
            Assert.ContainsSingle(quote => Pattern(quote).IsMatch(message), Quotes(), $"Quotes that begin as this message does: {message}");
        string[] never = [.. Quotes().Where(quote => !messages.Any(Pattern(quote).IsMatch))];
        Assert.AreEqual("", string.Join('\n', never), "Quoted, but not thrown here.");
    }

    private IEnumerable<string> Starting()
    {
        yield return Libtorch.NotLoaded(new DllNotFoundException("LibTorchSharp"), null).Message;
        yield return Thrown(() => Search(Tiny.Search with { Device = "cuda:77" }));
        yield return Thrown(() => Search(Tiny.Search with { Epochs = 0 }));
        string file = _folder.Write("file", [1]);
        MLContext other = new(seed: 1) { TempFilePath = file };
        yield return Thrown(() => other.SswpNas().Search(options: Tiny.Search).Fit(new Stripes().View(other)));
        yield return Thrown(() => Tiny.Found.WriteTensorBoard(file));
        yield return Thrown(() => Tiny.Found.WriteReport(_folder.Root));
        yield return Thrown(() => Tiny.Found.WriteReport(Path.Combine(_folder.Root, "no", "report.html")));
        yield return Thrown(() => new WorkTeam(2, _ => throw new InsufficientMemoryException()).Dispose());
    }

    private IEnumerable<string> Images()
    {
        yield return Thrown(() => _ml.SswpNas().LoadImageFolder(Path.Combine(_folder.Root, "nowhere")));
        yield return Thrown(() => _ml.SswpNas().LoadImageFolder(Directory.CreateDirectory(Path.Combine(_folder.Root, "empty")).FullName));
        string damaged = Path.Combine(_folder.Root, "damaged");
        _folder.Write("damaged/bee/1.png", TestFolder.Image(SkiaSharp.SKEncodedImageFormat.Png));
        yield return Thrown(() => _ml.SswpNas().LoadImageFolder(damaged, new() { UnlabelledFolder = "unsorted" }));
        _folder.Write("damaged/bee/2.png", Encoding.ASCII.GetBytes("no image"));
        yield return Thrown(() => _ml.SswpNas().LoadImageFolder(damaged));
        string vanished = Path.Combine(_folder.Root, "vanished");
        string file = _folder.Write("vanished/bee/1.png", TestFolder.Image(SkiaSharp.SKEncodedImageFormat.Png));
        IDataView listed = _ml.SswpNas().LoadImageFolder(vanished);
        File.Delete(file);
        yield return Thrown(() => _ml.Transforms.LoadImages("Image", "", "ImagePath").Append(_ml.Transforms.ResizeImages("Image", 8, 8))
            .Append(_ml.Transforms.ExtractPixels("Pixels", "Image")).Append(_ml.SswpNas().Search(options: Tiny.Search)).Fit(listed));
    }

    private IEnumerable<string> FoldersAndTables()
    {
        byte[] image = TestFolder.Image(SkiaSharp.SKEncodedImageFormat.Png);
        _folder.Write("parts/train/bee/1.png", image);
        yield return Thrown(() => _ml.SswpNas().LoadImageFolder(Path.Combine(_folder.Root, "parts")));
        _folder.Write("mixed/bee/1.png", image);
        _folder.Write("mixed/unlabelled/1.png", image);
        string mixed = Path.Combine(_folder.Root, "mixed");
        yield return Thrown(() => _ml.SswpNas().LoadImageFolder(mixed));
        yield return Thrown(() => _ml.SswpNas().LoadImageFolder(mixed, new() { UnlabelledFolder = "unlabelled", ClassNames = ["ant"] }));
        string table = _folder.Write("table.csv", "ImagePath,Label\nmissing.png,ant"u8.ToArray());
        yield return Thrown(() => _ml.SswpNas().LoadImageTable(table));
        _folder.Write("table.csv", "a,b,c"u8.ToArray());
        yield return Thrown(() => _ml.SswpNas().LoadImageTable(table));
    }

    private IEnumerable<string> Chains()
    {
        IDataView paths = _ml.Data.LoadFromEnumerable([new { ImagePath = "x.png" }]);
        yield return Thrown(() => _ml.Model.Save(_ml.SswpNas().LoadImages().Fit(paths), paths.Schema, Stream.Null));
        IDataView bytes = _ml.Data.LoadFromEnumerable([new { Bytes = new byte[1] }]);
        yield return Thrown(() => _ml.SswpNas().LoadImages("Image", "Bytes", options: new() { SaveAsLoadImages = true }).Fit(bytes));
        using SswpNasSearchTransformer planar = Tiny.Found.ToTransformer(_ml);
        yield return Thrown(() => planar.Transform(new Stripes { Layout = Layout.Interleaved }.View(_ml)));
        IDataView data = new Stripes().View(_ml);
        using ConcomitantFineTuneTransformer tuned = _ml.SswpNas().FineTune(options: Tiny.FineTune, searchResult: Tiny.Found).Fit(data);
        yield return Thrown(() => _ml.Model.ConvertToOnnx(tuned, data, Stream.Null));
        IDataView once = Cases.FitSurroundingsTests.InMemory(_ml);
        yield return Thrown(() => _ml.Transforms.ResizeImages("Image", 8, 8).Append(_ml.Transforms.ExtractPixels("Pixels", "Image"))
            .Append(_ml.SswpNas().Search(options: Tiny.Search)).Fit(once));
    }

    private IEnumerable<string> Pixels()
    {
        yield return Thrown(() => _ml.SswpNas().Search(inputColumnName: "Picture", options: Tiny.Search).Fit(new Stripes().View(_ml)));
        yield return Thrown(() => Search(Tiny.Search, new Stripes { Height = 2, Width = 2 }));
        yield return Thrown(() => FineTune(Tiny.FineTune, new Stripes { Height = 16, Width = 16 }.View(_ml)));
        yield return Thrown(() => Search(Tiny.Search, new Stripes { Spoil = (_, pixels) => pixels[0] = 300 }));
        yield return Thrown(() => Search(Tiny.Search, new Stripes { White = 5 }));
        yield return Thrown(() => Search(Tiny.Search, new Stripes { Spoil = (_, pixels) => Array.Fill(pixels, 200) }));
    }

    private IEnumerable<string> Labels()
    {
        IDataView data = new Stripes().View(_ml);
        yield return Thrown(() => FineTune(Tiny.FineTune, data, "Class"));
        IDataView known = _ml.Data.LoadFromEnumerable([new ClassRow { Class = "other" }]);
        var none = _ml.Transforms.Conversion.MapValueToKey("Label", "Class", keyData: known);
        yield return Thrown(() => FineTune(Tiny.FineTune, none.Fit(data).Transform(data)));
        IDataView few = _ml.SswpNas().MaskLabelsPerClass(data, "Label", 1, seed: 1);
        yield return Thrown(() => FineTune(Tiny.FineTune with { LearningRates = [0.1, 0.2] }, few));
        yield return Thrown(() => _ml.SswpNas().StratifiedSplit(new Stripes { Count = 4 }.View(_ml), "Label"));
    }

    private IEnumerable<string> Searching()
    {
        IDataView seven = new Stripes { Count = 7 }.View(_ml);
        yield return Thrown(() => _ml.SswpNas().Pretrain(options: PretrainOptions.From(Tiny.Search), searchResult: Tiny.Found).Fit(seven));
        yield return Thrown(() => _ml.SswpNas().Search(options: Tiny.Search).Fit(seven));
        yield return Thrown(() => Search(Tiny.Search with { MemoryLimit = 1 << 16 }));
        yield return Thrown(() => _ml.SswpNas().FineTune(options: Tiny.FineTune).Fit(new Stripes().View(_ml)));
        ByolOptions wide = new() { PredictorSize = ProjectionHead.MostOutputs };
        yield return Thrown(() => Search(Tiny.Search with { Objective = SearchObjective.Byol, ProjectionSize = 1000, Byol = wide }));
        SswpNasSearchTransformer gone = _ml.SswpNas().Search(options: Tiny.Search).Fit(new Stripes().View(_ml));
        gone.Dispose();
        yield return Thrown(() => gone.GetRowToRowMapper(new Stripes().View(_ml).Schema));
        FineTuneOptions overflowing = Tiny.FineTune with { Epochs = 1, BatchSize = 60, LearningRates = [1e30] };
        yield return Thrown(() => FineTune(overflowing, new Stripes().View(_ml)));
    }

    private IEnumerable<string> GoingOn()
    {
        SearchOptions options = Tiny.Search with { Epochs = 2, Checkpoints = Checkpoints };
        string second = "";
        Search(options with
        {
            Progress = new Direct<SearchProgress>(_ =>
            {
                if (second.Length == 0) second = Thrown(() => Search(options));
            }),
        });
        yield return second;
        yield return Thrown(() => Search(options with { Seed = 2 }));
        foreach (string checkpoint in Directory.GetDirectories(Checkpoints.Folder))
            File.WriteAllText(Path.Combine(checkpoint, "run.json"), "{");
        yield return Thrown(() => Search(options));
        using (CheckpointFolder deleted = CheckpointFolder.Open(Path.Combine(_folder.Root, "deleted")))
        {
            Directory.Delete(Path.Combine(_folder.Root, "deleted"), recursive: true);
            yield return Thrown(() => deleted.ReadLast(_ => { }));
        }

        string file = _folder.Write("file", [1]);
        yield return Thrown(() => CheckpointFolder.Open(file).Dispose());
        yield return Thrown(() => SweepFolder.Open(file, new Dictionary<string, string>()));
        _folder.Write("notes/notes.txt", Encoding.ASCII.GetBytes("mine"));
        yield return Thrown(() => SearchResultSamples.Make().Save(Path.Combine(_folder.Root, "notes")));
    }

    private static string Thrown(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is not UnitTestAssertException)
        {
            return e.Message;
        }

        throw new AssertFailedException("Nothing was thrown.");
    }

    private void Search(SearchOptions options, Stripes? stripes = null) =>
        _ml.SswpNas().Search(options: options).Fit((stripes ?? new Stripes()).View(_ml)).Dispose();

    private void FineTune(FineTuneOptions options, IDataView data, string label = "Label") =>
        _ml.SswpNas().FineTune(label, options: options, searchResult: Tiny.Found).Fit(data).Dispose();

    private static Regex Pattern(string quote) =>
        new("^" + string.Join(".*?", quote.Split('…').Select(Regex.Escape)), RegexOptions.Singleline | RegexOptions.CultureInvariant);

    [GeneratedRegex(@"^\| `([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Quoted();

    private sealed class ClassRow
    {
        public string Class { get; set; } = "";
    }
}
