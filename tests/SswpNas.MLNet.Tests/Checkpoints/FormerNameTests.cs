using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML;
using SswpNas.MLNet.Options;
using SswpNas.MLNet.Storage;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Estimators;
using SswpNas.MLNet.Tests.Search;
using SswpNas.MLNet.Tests.Sweeps;

namespace SswpNas.MLNet.Tests.Checkpoints;

/// <summary>What was written before an option was renamed is read still, and means the same.</summary>
[TestClass]
public sealed class FormerNameTests
{
    private static readonly (string Former, string Current)[] _names =
    [
        ("Restrict", "LimitSkipsAndPools"), ("UseOwnKernels", "UseManagedKernels"), ("SettleFraction", "FinalTrainingFraction"),
        ("ReturnLimit", "MaxRollbacks"),
    ];

    [TestMethod]
    public void AFormerNameIsNobodysNameToday()
    {
        PropertyInfo[] options = [.. typeof(SearchOptions).Assembly.GetTypes().SelectMany(t => t.GetProperties())];
        (string, string)[] stated = [.. options.Select(p => (p.GetCustomAttribute<OptionAttribute>()?.FormerName!, p.Name))
            .Where(n => n.Item1 is not null).Distinct().Order()];
        CollectionAssert.AreEqual(_names.Order().ToArray(), stated);
        CollectionAssert.AreEqual(Array.Empty<string>(), options.Select(p => p.Name).Intersect(stated.Select(n => n.Item1)).ToArray());
    }

    [TestMethod]
    public void ARunGoesOnFromACheckpointWithFormerNames()
    {
        using TestFolder root = new();
        MLContext ml = new(seed: 1);
        List<string> lines = [];
        ml.Log += (_, e) => lines.Add(e.Message);
        string folder = Path.Combine(root.Root, "run");
        SearchOptions options = Tiny.Search with { Checkpoints = new CheckpointOptions { Folder = folder } };
        ml.SswpNas().Search(options: options).Fit(new Stripes().View(ml)).Dispose();
        string[] checkpoints = Directory.GetDirectories(folder);
        int renamed = 0;
        foreach (string checkpoint in checkpoints)
        {
            renamed += WithFormerNames(Path.Combine(checkpoint, "run.json"));
            File.WriteAllText(
                Path.Combine(checkpoint, Sha256Sums.FileName), Sha256Sums.Of(checkpoint, ["run.json", "tensors.safetensors"]));
        }

        Assert.AreEqual(3 * checkpoints.Length, renamed);
        ml.SswpNas().Search(options: options).Fit(new Stripes().View(ml)).Dispose();

        Assert.IsTrue(lines.Any(line => line.Contains("Resumes from the checkpoint", StringComparison.Ordinal)));
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(() => ml.SswpNas()
            .Search(options: options with { LimitSkipsAndPools = !options.LimitSkipsAndPools }).Fit(new Stripes().View(ml)));
        StringAssert.Contains(error.Message, "- option LimitSkipsAndPools: ");
        Assert.HasCount(2, error.Message.Split(Environment.NewLine));
    }

    [TestMethod]
    public void AResultWithFormerNamesHasTheCurrentOnes()
    {
        SearchOptions options = new() { LimitSkipsAndPools = false, NonFiniteSteps = new NonFiniteSteps { MaxRollbacks = 7 } };
        SearchResult made = SearchResultSamples.Make();
        SearchResult saved = new(
            made.Network with { Settings = made.Settings with { Options = OptionText.Of(options) } }, made.History, made.AlphaHistory);
        using SavedResult files = new(saved);
        foreach ((string former, string current) in _names)
            files.Alter("result.json", Last(current) + '"', Last(former) + '"');

        IReadOnlyDictionary<string, string> read = SearchResult.Load(files.Folder).Settings.Options;

        Assert.AreEqual("False", read["LimitSkipsAndPools"]);
        Assert.AreEqual("7", read["NonFiniteSteps.MaxRollbacks"]);
        CollectionAssert.AreEquivalent(OptionText.Of(options).ToArray(), read.ToArray());

        static string Last(string name) => name is "ReturnLimit" or "MaxRollbacks" ? "." + name : '"' + name;
    }

    [TestMethod]
    public void ASweepGoesOnInAFolderWithFormerNames()
    {
        using TinySweep tiny = new();
        LabelRatioSweep sweep = tiny.Open();
        SweepRecord record = sweep.RunCell(0)!;
        Assert.AreEqual(2, WithFormerNames(Path.Combine(tiny.Options.Folder!, "plan.json")));

        Assert.AreEqual(record, tiny.Open().Record(0));
    }

    /// <summary>Gives how many names were found.</summary>
    private static int WithFormerNames(string json)
    {
        string text = File.ReadAllText(json);
        int found = 0;
        foreach ((string former, string current) in _names)
        {
            text = Regex.Replace(text, $"(?<=[ .]){current}\"", _ =>
            {
                found++;
                return former + '"';
            });
        }

        JsonDocument.Parse(text).Dispose();
        File.WriteAllText(json, text);
        return found;
    }
}
