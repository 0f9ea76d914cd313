using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.ML;
using SswpNas.MLNet.Search.Files;
using SswpNas.MLNet.Storage;
using SswpNas.MLNet.Tests.Estimators;

namespace SswpNas.MLNet.CrashHost;

/// <summary>A search and a fine-tuning from it, with a checkpoint after every step.</summary>
internal static class SmallRun
{
    /// <returns>A hash of the architecture, every number of both networks, the alphas and the history but its times.</returns>
    public static string Run(string folder, Moments moments)
    {
        MLContext ml = new(seed: 1);
        IDataView data = new Stripes().View(ml);
        Disk.Tap = new CrashDisk(moments);
        SearchOptions search = SearchOptions.Smoke with
        {
            BatchSize = 8,
            ArchitectureInterval = 2,
            ProjectionSize = 16,
            Seed = 1,
            Device = "cpu",
            Threads = 1,
            Checkpoints = Checkpoints("search"),
            Progress = new Steps<SearchProgress>(moments),
        };
        FineTuneOptions fineTune = FineTuneOptions.Smoke with
        {
            Epochs = 2,
            WarmUpEpochs = 0,
            LearningRates = [0.1, 0.2],
            DropPath = 0.2,
            Seed = 1,
            Device = "cpu",
            Threads = 1,
            Checkpoints = Checkpoints("fine-tuning"),
            Progress = new Steps<FineTuneProgress>(moments),
        };

        using SswpNasSearchTransformer found = ml.SswpNas().Search(options: search).Fit(data);
        using ConcomitantFineTuneTransformer tuned =
            ml.SswpNas().FineTune(options: fineTune, searchResult: found.Result).Fit(data);
        Disk.Tap = null;
        return Hash(found.Result, tuned, Path.Combine(folder, "model.onnx"));

        CheckpointOptions Checkpoints(string name) =>
            new() { Folder = Path.Combine(folder, name), EveryMinutes = 1e-9 };
    }

    private static string Hash(SearchResult found, ConcomitantFineTuneTransformer tuned, string model)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(found.Genotype.ToString()));
        foreach (TensorValue tensor in found.Weights.Values) hash.AppendData(MemoryMarshal.AsBytes(tensor.Values.AsSpan()));
        foreach (float[] edge in found.AlphaHistory.SelectMany(epoch => epoch).SelectMany(cell => cell))
            hash.AppendData(MemoryMarshal.AsBytes(edge.AsSpan()));
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(
            found.History.Select(epoch => ResultDocument.EpochPart.Of(epoch with { Seconds = 0 })), JsonFormat.Options));
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(tuned.Trials, JsonFormat.Options));
        tuned.ExportToOnnx(model);
        hash.AppendData(File.ReadAllBytes(model));
        File.Delete(model);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private sealed class Steps<T>(Moments moments) : IProgress<T>
    {
        public void Report(T value)
        {
            moments.Pass(MomentKind.Step);
            Console.WriteLine("step");
        }
    }
}
