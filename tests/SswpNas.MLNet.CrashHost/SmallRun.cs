using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.ML;
using SswpNas.MLNet.Storage;
using SswpNas.MLNet.Tests.Estimators;

namespace SswpNas.MLNet.CrashHost;

/// <summary>Every kind of long work, one after the other, with a checkpoint after every step.</summary>
internal sealed class SmallRun : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly string _folder;
    private readonly Moments _moments;
    private readonly IDataView _data;

    private SmallRun(string folder, Moments moments)
    {
        (_folder, _moments) = (folder, moments);
        _data = new Stripes().View(_ml);
    }

    /// <summary>What the search and the pre-training have in common.</summary>
    private static SearchOptions Encoder => SearchOptions.Smoke with
    {
        BatchSize = 8,
        ProjectionSize = 16,
        Seed = 1,
        Device = "cpu",
        Threads = 1,
    };

    private static FineTuneOptions FineTune => FineTuneOptions.Smoke with
    {
        Epochs = 2,
        WarmUpEpochs = 0,
        LearningRates = [0.1, 0.2],
        DropPath = 0.2,
        Seed = 1,
        Device = "cpu",
        Threads = 1,
    };

    /// <returns>A hash of the architecture, every number of all networks, the alphas, the histories but their times, and the sweep.</returns>
    public static string Run(string folder, Moments moments)
    {
        using SmallRun run = new(folder, moments);
        Disk.Tap = new CrashDisk(moments);
        SearchResult found = run.Search();
        run.Tune(found);
        run.Pretrain(found);
        run.Train(found);
        run.Sweep(found);
        Disk.Tap = null;
        return Convert.ToHexStringLower(run._hash.GetHashAndReset());
    }

    public void Dispose() => _hash.Dispose();

    private SearchResult Search()
    {
        SearchOptions options = Encoder with
        {
            ArchitectureInterval = 2,
            Checkpoints = Checkpoints("search"),
            Progress = new Steps<SearchProgress>(_moments),
        };
        using SswpNasSearchTransformer found = _ml.SswpNas().Search(options: options).Fit(_data);
        _hash.Add(found.Result);
        AddJson(found.Result.History.Select(epoch => epoch with { Seconds = 0 }));
        return found.Result;
    }

    /// <summary>From all labels, and from half of them with the other images.</summary>
    private void Tune(SearchResult found)
    {
        FineTuneOptions labels = FineTune with
        {
            Checkpoints = Checkpoints("fine-tuning"),
            Progress = new Steps<FineTuneProgress>(_moments),
        };
        FineTuneOptions semi = labels with
        {
            Checkpoints = Checkpoints("semi-supervised"),
            Unlabelled = UnlabelledImages.PseudoLabels,
            SemiSupervised = labels.SemiSupervised with { Steps = 12 },
        };
        IDataView half = _ml.SswpNas().MaskLabels(_data, "Label", 0.5, seed: 1);
        foreach ((FineTuneOptions options, IDataView data) in new[] { (labels, _data), (semi, half) })
        {
            using ConcomitantFineTuneTransformer tuned = _ml.SswpNas().FineTune(options: options, searchResult: found).Fit(data);
            AddJson(tuned.Trials);
            AddModel(tuned.ExportToOnnx);
        }
    }

    private void Pretrain(SearchResult found)
    {
        PretrainOptions options = PretrainOptions.From(Encoder) with
        {
            Epochs = 2,
            Checkpoints = Checkpoints("pre-training"),
            Progress = new Steps<PretrainProgress>(_moments),
        };
        using SimClrPretrainTransformer made = _ml.SswpNas().Pretrain(options: options, searchResult: found).Fit(_data);
        ShortHash.Append(_hash, made.Result.Weights);
        AddJson(made.Result.History.Select(epoch => epoch with { Seconds = 0 }));
    }

    private void Train(SearchResult found)
    {
        TrainOptions options = TrainOptions.Smoke with
        {
            Epochs = 2,
            WarmUpEpochs = 0,
            Seed = 1,
            Device = "cpu",
            Threads = 1,
            Checkpoints = Checkpoints("training"),
            Progress = new Steps<FineTuneProgress>(_moments),
        };
        using ArchitectureTrainTransformer trained = _ml.SswpNas().Train(found, options: options).Fit(_data);
        AddModel(trained.ExportToOnnx);
    }

    private void Sweep(SearchResult found)
    {
        SweepOptions options = new()
        {
            Ratios = [0.5],
            Initializations = [WeightInitialization.Concomitant, WeightInitialization.Random],
            Seeds = [1],
            FineTune = FineTune with { LearningRates = [0.1], Checkpoints = Checkpoints("cells"), Progress = new Steps<FineTuneProgress>(_moments) },
            Folder = Path.Combine(_folder, "sweep"),
        };
        SweepResult result = _ml.SswpNas().SweepLabelRatios(_data, found, options, test: _data);
        AddJson(result.Records.Select(record => (record.AccuracyMicro, record.AccuracyMacro, record.LogLoss).ToString()));
    }

    private CheckpointOptions Checkpoints(string name) => new() { Folder = Path.Combine(_folder, name), EveryMinutes = 1e-9 };

    private void AddJson<T>(T value) => _hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(value, JsonFormat.Options));

    private void AddModel(Action<string> export)
    {
        // Beside the folder: a kill while a file is written leaves it under another name.
        string model = _folder + "-model.onnx";
        export(model);
        _hash.AppendData(File.ReadAllBytes(model));
        File.Delete(model);
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
