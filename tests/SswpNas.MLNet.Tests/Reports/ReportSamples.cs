using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Tests.Onnx;

namespace SswpNas.MLNet.Tests.Reports;

/// <summary>A search with all four phases, two fine-tunings and a test, none of which was run.</summary>
internal static class ReportSamples
{
    public const int Epochs = 40;
    public const string Hostile = "<script>alert('\"')</script>";

    private const int WarmUp = 8, Prune = 20, Settle = 29;

    public static SearchResult Search(
        int cells = 5, string prune = "Forward", SearchStrategy strategy = SearchStrategy.Gradient)
    {
        MacroStructure macro = new(StemKind.Cifar, 4, cells, new ImageShape(3, 32, 32));
        float[][][][] alphas = [.. Enumerable.Range(1, Epochs).Select(epoch => Alphas(cells, epoch))];
        Genotype genotype = new(alphas[^1].Select(cell => GenotypeDerivation.Derive(cell, restrict: true)));
        RandomStream random = new(1, RandomPurpose.Weights);
        using DerivedNetwork network = new(macro, genotype, 0, ref random);
        Dictionary<string, string> options = new() { ["Epochs"] = $"{Epochs}", ["Device"] = Hostile, ["PruneDirection"] = prune, ["Strategy"] = $"{strategy}" };
        FoundNetwork found = new(
            macro, genotype, new PixelRange(0, 255), OnnxSamples.Normalization(3), TensorValues.Of(network),
            new SearchSettings(1, options, 1234, 0xFEDCBA9876543210, "0.1.0"));
        return new SearchResult(found, [.. Enumerable.Range(1, Epochs).Select(epoch => Epoch(cells, epoch))], alphas);
    }

    public static ReportContent Content(MLContext ml) => new()
    {
        Title = $"A report on {Hostile}",
        FineTunings = [Tuning("concomitant", 0.9), Tuning("random", 0.7)],
        Test = ml.SswpNas().DescribeTest(Scored(ml)),
        Comparisons =
        [
            new ReportComparison("search's weights", 0.8) { IsAnswer = true, Milliseconds = 1.25, Megabytes = 0.5 },
            new ReportComparison("random start", 0.6),
            new ReportComparison($"rival {Hostile}", 0.9) { Milliseconds = 40, Megabytes = 45 },
        ],
        LabelCounts = new Dictionary<string, int> { ["ant"] = 7, ["bee & co"] = 20, [Hostile] = 3 },
        Data = new ReportData(1234)
        {
            Labelled = 30,
            Classes = new Dictionary<string, int> { ["ant"] = 500, ["bee & co"] = 634, [Hostile] = 100 },
            Duplicates = 2,
            Sizes = new Dictionary<string, int> { ["640 × 480"] = 1000, ["32 × 32"] = 234 },
        },
        Hardware = new Dictionary<string, string> { ["processor"] = Hostile },
        Versions = new Dictionary<string, string> { [".NET"] = "10.0.0" },
        Seconds = new Dictionary<string, double> { ["fine-tuning"] = 12.5 },
    };

    public static ReportFineTuning Tuning(string name, double best) => new(
        name,
        [
            new FineTuneTrial(0.1, 80, 20, best, [.. Enumerable.Range(1, 12).Select(e => new FineTuneEpoch(e, 2.0 / e, best * e / 12))]),
            new FineTuneTrial(0.1, 100, 0, null, [.. Enumerable.Range(1, 12).Select(e => new FineTuneEpoch(e, 2.2 / e, null))]),
        ])
    {
        LearningRate = 0.1,
        ValidationAccuracy = best,
        TestAccuracy = best - 0.1,
        Options = FineTuneOptions.Smoke,
    };

    /// <summary>Three classes, one of them hostile; row i is of class i mod 3, and every fifth row is taken for the next class.</summary>
    public static IDataView Scored(MLContext ml, int rows = 60, params string[] without)
    {
        string[] classes = ["ant", "bee & co", Hostile];
        SchemaDefinition schema = SchemaDefinition.Create(typeof(ScoredRow));
        schema[nameof(ScoredRow.Pixels)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 3, 8, 8);
        schema[nameof(ScoredRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 6);
        schema[nameof(ScoredRow.Score)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 3);
        IDataView data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, rows).Select(Row), schema);
        IDataView keys = ml.Data.LoadFromEnumerable(classes.Select(c => new KeyRow { Class = c }));
        return ml.Transforms.Conversion.MapValueToKey("Label", nameof(ScoredRow.Class), keyData: keys)
            .Append(ml.Transforms.Conversion.MapValueToKey("PredictedLabel", nameof(ScoredRow.Said), keyData: keys))
            .Append(ml.Transforms.DropColumns([nameof(ScoredRow.Class), .. without]))
            .Fit(data).Transform(data);

        ScoredRow Row(int i)
        {
            int truth = i % 3, said = i % 5 == 0 ? (truth + 1) % 3 : truth;
            RandomStream random = new(i, RandomPurpose.Views);
            float sure = 0.5f + (i / (float)(3 * rows));
            return new ScoredRow
            {
                Class = classes[truth],
                Said = classes[said],
                Score = [.. Enumerable.Range(0, 3).Select(k => k == said ? sure : (1 - sure) / 2)],
                Pixels = Pixels(i),
                Features = [.. Enumerable.Range(0, 6).Select(k => (k == truth ? 5 : 0) + (float)random.NextDouble())],
            };
        }
    }

    /// <summary>Planar, a value that tells row, channel and place.</summary>
    public static float[] Pixels(int row) =>
        [.. Enumerable.Range(0, 3 * 64).Select(i => (float)(((row * 7) + (i / 64 * 40) + (i % 64 * 2)) % 256))];

    private static SearchEpoch Epoch(int cells, int epoch)
    {
        SearchPhase phase = epoch <= WarmUp ? SearchPhase.WarmUp : epoch <= Prune ? SearchPhase.Search
            : epoch <= Settle ? SearchPhase.Prune : SearchPhase.Settle;
        int frozen = phase switch
        {
            SearchPhase.Settle => cells,
            SearchPhase.Prune => Math.Min(cells, 1 + ((epoch - Prune - 1) / 2)),
            _ => 0,
        };
        double free = frozen == cells ? 0 : 1.9459 - (0.02 * Math.Max(0, epoch - WarmUp));
        return new SearchEpoch(
            epoch, phase, 3 + (2.0 / epoch), phase is SearchPhase.Search or SearchPhase.Prune ? 3.2 : double.NaN, 0.025 * (1 - (epoch / 41.0)),
            free, frozen, [.. Enumerable.Range(0, cells).Select(c => (c + (epoch / 10)) % 9)],
            [.. Enumerable.Range(0, cells).Select(c => (c * 2) % 9)], 1.5)
        {
            CellEntropies = [.. Enumerable.Range(0, cells).Select(c => c < frozen ? 0 : free)],
        };
    }

    /// <summary>Operation (edge + cell) mod 7 wins more and more once the warm-up is over.</summary>
    private static float[][][] Alphas(int cells, int epoch) => [.. Enumerable.Range(0, cells).Select(cell => Enumerable.Range(0, CellTopology.Edges)
        .Select(edge => Enumerable.Range(0, CellOperations.Count)
            .Select(k => k == (edge + cell) % CellOperations.Count ? 0.05f * (1 + (edge % 3)) * Math.Clamp(epoch - WarmUp, 0, 20) : 0)
            .ToArray()).ToArray())];

    private sealed class KeyRow
    {
        public string Class { get; set; } = "";
    }

    private sealed class ScoredRow
    {
        public string Class { get; set; } = "";

        public string Said { get; set; } = "";

        public float[] Score { get; set; } = [];

        public float[] Pixels { get; set; } = [];

        public float[] Features { get; set; } = [];
    }
}
