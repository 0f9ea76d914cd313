using System.Diagnostics;
using SswpNas.MLNet.Benchmarks.Measuring;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Data.Views;
using SswpNas.MLNet.Data.Views.OnDevice;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.Search;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Training.Engines;

namespace SswpNas.MLNet.Benchmarks.Product;

/// <summary>The product's own search loop in its search phase, an epoch being one or more mixes of steps.</summary>
internal sealed class ProductSearch : IDisposable
{
    /// <summary>Weight steps to one architecture step, as in the paper's settings.</summary>
    public const int Interval = 5;

    private const int Seed = 1;

    private readonly TimedEngine _engine;
    private readonly Supernet _supernet;
    private readonly TimedObjective _objective;
    private readonly SearchLoop _loop;
    private readonly StepClock _clock = new();

    /// <param name="context">Threads and device.</param>
    /// <param name="size">Width, depth and batch.</param>
    /// <param name="store">Six batches of images for each mix of an epoch.</param>
    /// <param name="epochs">Epochs of <see cref="Run"/>.</param>
    /// <param name="ranks">The processes that share each batch; null for this one alone.</param>
    public ProductSearch(MeasureContext context, NetworkSize size, PixelStore store, int epochs, Ranks? ranks = null)
    {
        SearchOptions options = Options(size) with
        {
            Epochs = epochs,
            Threads = context.Threads,
            Ranks = ranks,
            Progress = _clock,
        };
        MacroStructure macro = new(StemKind.Cifar, size.Channels, size.Cells, store.Shape);
        RandomStream random = new(Seed, RandomPurpose.Weights);
        _engine = new TimedEngine(NetworkEngine.Create(
            context.TorchDevice, context.Threads, options.UseManagedKernels, ranks: ranks));
        _supernet = new Supernet(macro, ref random);
        ProjectionHead head = new(macro.Features, ref random);
        PixelNormalization normalization = PixelNormalization.Of(store, Enumerable.Range(0, store.Count));
        TwoViews views = new(
            new ViewRenderer(options.Views, normalization, context.Threads),
            DeviceViews.Where(options.ViewsOnDevice, options.Views, normalization, context.TorchDevice), ranks);
        _objective = new TimedObjective(new SimClrObjective(views, head, options.Temperature));
        LayerDevice.Move(_supernet, context.TorchDevice);
        LayerDevice.Move(head, context.TorchDevice);
        _loop = new SearchLoop(store, options, Seed, _engine, _objective, _supernet);
    }

    /// <summary>Images that one mix of steps takes: five batches for weights and one for alphas.</summary>
    public static int ImagesOfMix(NetworkSize size) => (Interval + 1) * size.Batch;

    /// <summary>The paper's settings in the search phase; the parts are such that an epoch is whole mixes.</summary>
    public static SearchOptions Options(NetworkSize size) => SearchOptions.Paper with
    {
        InitialChannels = size.Channels,
        Cells = size.Cells,
        BatchSize = size.Batch,
        Phases = new PhaseSplit(0, 1, 0),
        MinimumWarmUpEpochs = 0,
        ArchitectureInterval = Interval,
        ArchitectureFraction = 1.0 / (Interval + 1),
    };

    /// <summary>All epochs; whoever is told of one may take time: it does not count.</summary>
    public void Run(Action<MixTimes> finished)
    {
        Reset();
        _loop.Run(epoch =>
        {
            finished(new MixTimes(
                epoch.Seconds, _clock.WeightStep(), _objective.Views, _engine.WeightSteps, _engine.ArchitectureSteps));
            Reset();
        });
    }

    private void Reset()
    {
        _engine.Reset();
        _objective.Reset();
        _clock.Start();
    }

    public void Dispose()
    {
        _loop.Dispose();
        _supernet.Dispose();
        _objective.Dispose();
        _engine.Dispose();
    }

    /// <summary>Takes the time of weight steps by the reports that the loop makes after each.</summary>
    private sealed class StepClock : IProgress<SearchProgress>
    {
        private readonly List<double> _steps = [];
        private long _last;

        public void Start()
        {
            _steps.Clear();
            _last = Stopwatch.GetTimestamp();
        }

        public void Report(SearchProgress value)
        {
            long now = Stopwatch.GetTimestamp();
            // An architecture step comes before the report of every fifth weight step.
            if (value.Step % Interval != 0) _steps.Add(Stopwatch.GetElapsedTime(_last, now).TotalSeconds);
            _last = now;
        }

        public double WeightStep() => Quartiles.Of(_steps).Median;
    }
}
