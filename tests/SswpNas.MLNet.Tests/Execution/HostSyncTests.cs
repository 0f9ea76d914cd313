using System.Text.RegularExpressions;
using SswpNas.MLNet.Checkpoints;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.FineTuning;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.Search;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Tensors;
using SswpNas.MLNet.Tests.Estimators;
using SswpNas.MLNet.Tests.Objectives;
using SswpNas.MLNet.Training.Engines;
using SswpNas.MLNet.Training;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Execution;

/// <summary>How often a step waits for a device; the CPU stands in for one.</summary>
[TestClass]
[DoNotParallelize]
public sealed partial class HostSyncTests
{
    private static readonly string[] _folders =
        ["Data/Views/OnDevice", "FineTuning", "Objectives", "Pretraining", "Search", "SearchSpace", "Tensors", "Training"];

    [TestMethod]
    [DataRow(SearchObjective.SimClr)]
    [DataRow(SearchObjective.Supervised)]
    [DataRow(SearchObjective.Byol)]
    public void AWeightStepNeverWaitsAndAnArchitectureStepOnce(SearchObjective objective)
    {
        using ObjectiveSteps steps = new(
            objective, GateMode.Two, managedKernels: false, new TorchEngine(CPU, 1, asynchronous: true), viewsOnDevice: true);
        using LossMean losses = new();
        for (int step = 0; step < 3; step++)
        {
            long before = HostSync.Count;
            losses.Add(steps.LaunchWeightStep(step));
            Assert.AreEqual(0, HostSync.Count - before, "weight step");
            using LossValue loss = steps.LaunchArchitectureStep(step, out CellPath[] paths);
            Assert.AreEqual(1, HostSync.Count - before, "architecture step: the gate gradients");
            Assert.IsTrue(paths.All(p => p.Edges.All(e => e.Gates![e.Active] != 0)));
        }

        Assert.IsTrue(double.IsFinite(losses.Fetch()));
    }

    /// <summary>A whole epoch: its architecture steps, its two mean losses, the optimiser's count.</summary>
    [TestMethod]
    [DataRow(OptimizerKind.Sgd)]
    [DataRow(OptimizerKind.Adam)]
    public void AnEpochOfASearchWaitsForItsGatesAndAtItsEnd(OptimizerKind optimizer)
    {
        using Search atOnce = new(optimizer, asynchronous: false), queued = new(optimizer, asynchronous: true);
        List<(long Waits, SearchEpoch Epoch)> expected = atOnce.Run(), actual = queued.Run();

        for (int epoch = 0; epoch < expected.Count; epoch++)
        {
            int searching = double.IsNaN(actual[epoch].Epoch.ArchitectureLoss) ? 0 : 1;
            int architectureSteps = Search.StepsPerEpoch / 2 * searching;
            Assert.AreEqual(architectureSteps + searching + 2, actual[epoch].Waits, $"epoch {epoch + 1}");
            Assert.AreEqual(expected[epoch].Epoch.Loss, actual[epoch].Epoch.Loss, 2e-3);
            Assert.AreEqual(expected[epoch].Epoch.ArchitectureLoss, actual[epoch].Epoch.ArchitectureLoss, 2e-3);
        }

        Assert.IsTrue(actual.Any(e => e.Waits > 3));
        Assert.IsTrue(queued.Shown.Take(Search.StepsPerEpoch - 1).All(double.IsNaN), "nothing is known in the first epoch");
        Assert.AreEqual(actual[0].Epoch.Loss, queued.Shown[Search.StepsPerEpoch - 1]);
        Assert.AreEqual(actual[0].Epoch.Loss, queued.Shown[Search.StepsPerEpoch]);
    }

    [TestMethod]
    public void AnEpochOfAFineTuningWaitsAtItsEnd()
    {
        (List<long> queuedWaits, List<double> queued) = FineTune(asynchronous: true);
        (_, List<double> atOnce) = FineTune(asynchronous: false);

        CollectionAssert.AreEqual(new long[] { 2, 2, 2 }, queuedWaits);
        for (int i = 0; i < queued.Count; i++) Assert.AreEqual(atOnce[i], queued[i], 1e-3);
    }

    [TestMethod]
    public void StepsTakeNumbersFromTensorsNowhereElse()
    {
        string source = Path.Combine(Repository(), "src", "SswpNas.MLNet");
        List<string> found = [];
        foreach (string file in _folders.SelectMany(
            folder => Directory.GetFiles(Path.Combine(source, folder), "*.cs", SearchOption.AllDirectories)))
        {
            string name = Path.GetFileName(file);
            if (Path.GetFileName(Path.GetDirectoryName(file)) == "Kernels") continue; // they have the CPU only
            string[] lines = File.ReadAllLines(file);
            for (int i = 0; i < lines.Length; i++)
            {
                bool waits = name != "HostSync.cs" && ToHost().IsMatch(lines[i]);
                bool pageable = name != "Upload.cs" && FromHost().IsMatch(lines[i]);
                if (waits || pageable) found.Add($"{name}({i + 1}): {lines[i].Trim()}");
            }
        }

        Assert.IsEmpty(found, string.Join(Environment.NewLine, found));
    }

    [TestMethod]
    [DataRow("float loss = x.item<float>();")]
    [DataRow("using Tensor y = x.cpu();")]
    [DataRow("x.data<float>().ToArray()")]
    [DataRow("x.to(CPU)")]
    [DataRow("x.ToSingle()")]
    [DataRow("x.nonzero()")]
    public void TheScanFindsWhatWaits(string line) => Assert.IsTrue(ToHost().IsMatch(line));

    [TestMethod]
    public void TheScanFindsWhatIsUploadedWithWaiting() =>
        Assert.IsTrue(FromHost().IsMatch("using Tensor labels = tensor(Labels, device: logits.device);"));

    // A switch of memory or a move of a whole layer is no matter of a step; LayerDevice has ".to(device)".
    [GeneratedRegex(@"\.item(<|\()|\.cpu\(\)|\.data<|\.to\(CPU|\.To(Single|Double|Int32|Int64|Boolean)\(\)|\.nonzero\(|\.bytes\b")]
    private static partial Regex ToHost();

    [GeneratedRegex(@"\btensor\(.*device:")]
    private static partial Regex FromHost();

    private static string Repository()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SswpNas.MLNet.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new AssertInconclusiveException("The sources are not here.");
    }

    private static (List<long> Waits, List<double> Losses) FineTune(bool asynchronous)
    {
        LabelledPixels data = ObjectiveSteps.Images();
        using NetworkEngine engine = new TorchEngine(CPU, 1, asynchronous);
        RandomStream random = new(1, RandomPurpose.Weights);
        using DerivedNetwork network = new(SmallSupernet.Macro, KnownGenotypes.DARTS_V2(3), 3, ref random);
        PixelNormalization normalization = PixelNormalization.Of(data.Pixels, Enumerable.Range(0, data.Pixels.Count));
        FineTuneOptions options = Tiny.FineTune with { Epochs = 3, BatchSize = 4, DropPath = 0.2, AuxiliaryWeight = 0.4 };
        FineTuneLoop loop = new(data, normalization, options, 1, engine);
        List<long> waits = [];
        List<double> losses = [];
        long before = HostSync.Count;
        CheckpointManager keeper = CheckpointManager.Without(options.CancellationBehavior, options.CancellationToken);
        NonFiniteGuard guard = new(options.NonFiniteSteps);
        TrainingPart part = new(0.01, [.. Enumerable.Range(0, 12)], [], UnlabelledImages.Ignore);
        using FineTuneTraining training = new(loop, network, part, guard, keeper)
        {
            Finished = epoch =>
            {
                waits.Add(HostSync.Count - before);
                losses.Add(epoch.Loss);
                before = HostSync.Count;
            },
        };
        training.Run(training, () => false);
        return (waits, losses);
    }

    /// <summary>The product's search loop over libtorch.</summary>
    private sealed class Search : IDisposable, IProgress<SearchProgress>
    {
        public const int StepsPerEpoch = 4;

        private readonly LabelledPixels _data = ObjectiveSteps.Images();
        private readonly TorchEngine _engine;
        private readonly Supernet _supernet;
        private readonly IObjective _objective;
        private readonly SearchLoop _loop;

        public Search(OptimizerKind optimizer, bool asynchronous)
        {
            SearchOptions options = Tiny.Search with
            {
                Epochs = 4,
                BatchSize = 2,
                ArchitectureFraction = 1.0 / 3,
                LearningRate = 1e-3,
                Optimizer = optimizer,
                ViewsOnDevice = asynchronous ? true : null,
                Progress = this,
            };
            RandomStream random = new(1, RandomPurpose.Weights);
            _engine = new TorchEngine(CPU, 1, asynchronous);
            _supernet = new Supernet(SmallSupernet.Macro, ref random);
            PixelNormalization normalization = PixelNormalization.Of(_data.Pixels, Enumerable.Range(0, _data.Pixels.Count));
            _objective = new SearchObjectives(options, _data, normalization, 1, CPU).Create(_supernet, ref random);
            _loop = new SearchLoop(_data.Pixels, options, 1, _engine, _objective, _supernet);
        }

        public List<double> Shown { get; } = [];

        public List<(long Waits, SearchEpoch Epoch)> Run()
        {
            List<(long, SearchEpoch)> epochs = [];
            long before = HostSync.Count;
            _loop.Run(epoch =>
            {
                epochs.Add((HostSync.Count - before, epoch));
                before = HostSync.Count;
            });
            return epochs;
        }

        public void Report(SearchProgress value) => Shown.Add(value.Loss);

        public void Dispose()
        {
            _loop.Dispose();
            _objective.Dispose();
            _supernet.Dispose();
            _engine.Dispose();
        }
    }
}
