using Microsoft.ML;

namespace SswpNas.MLNet.Tests.Estimators;

/// <summary>Settings with which a search takes a moment, and one search for all tests that only need some result.</summary>
internal static class Tiny
{
    private static readonly Lazy<SearchResult> Shared = new(() =>
    {
        MLContext ml = new(seed: 1);
        using SswpNasSearchTransformer found = ml.SswpNas().Search(options: Search).Fit(new Stripes().View(ml));
        return found.Result;
    });

    public static SearchOptions Search { get; } = SearchOptions.Smoke with
    {
        BatchSize = 8,
        ArchitectureInterval = 2,
        ProjectionSize = 16,
        Seed = 1,
        Device = "cpu",
        Threads = 1,
    };

    public static FineTuneOptions FineTune { get; } = FineTuneOptions.Smoke with
    {
        Epochs = 2,
        WarmUpEpochs = 0,
        Seed = 1,
        Device = "cpu",
        Threads = 1,
    };

    /// <summary>What a search on 60 images of 3 x 8 x 8, 0 to 255, found.</summary>
    public static SearchResult Found => Shared.Value;

    /// <summary>A fine-tuning that learns the stripes.</summary>
    public static FineTuneOptions Thorough { get; } = FineTune with { Epochs = 15, WarmUpEpochs = 1, LearningRates = [0.2] };

    /// <summary>The bytes of a model's ONNX file.</summary>
    public static byte[] Onnx(ClassifierTransformer model)
    {
        string file = Path.GetTempFileName();
        try
        {
            model.ExportToOnnx(file);
            return File.ReadAllBytes(file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}

/// <summary>What a scored row holds.</summary>
internal sealed class Scored
{
    public float[] Score { get; set; } = [];

    public uint PredictedLabel { get; set; }

    public static Scored[] Of(MLContext ml, IDataView scored) =>
        [.. ml.Data.CreateEnumerable<Scored>(scored, reuseRowObject: false, ignoreMissingColumns: true)];

    /// <summary>The scores are the same but for rounding, row by row.</summary>
    public static void AreEqual(Scored[] expected, Scored[] actual, float tolerance = 1e-6f)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i].PredictedLabel, actual[i].PredictedLabel);
            for (int k = 0; k < expected[i].Score.Length; k++)
                Assert.AreEqual(expected[i].Score[k], actual[i].Score[k], tolerance);
        }
    }
}
