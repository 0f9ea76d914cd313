using SswpNas.MLNet.Data;
using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.Objectives.Views;
using SswpNas.MLNet.Sampling;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Training;

namespace SswpNas.MLNet.Search;

/// <summary>
/// The search (section 3.5, Fig. 3): warm-up, search, forward progressive prune, with one supernet whose weights are the
/// concomitant weights in the end.
/// </summary>
internal sealed class SearchLoop : IDisposable
{
    private readonly PixelStore _store;
    private readonly SearchOptions _options;
    private readonly int _seed;
    private readonly NetworkEngine _engine;
    private readonly IObjective _objective;
    private readonly Supernet _supernet;
    private readonly SearchSchedule _schedule;
    private readonly WeightOptimizer _optimizer;
    private readonly IReadOnlyList<Weight> _bodyWeights;
    private readonly IPathBinarisation _gates;
    private readonly Alphas _alphas;
    private readonly EpochBatches _weightBatches;
    private readonly EpochBatches _architectureBatches;
    private readonly StepTimer _timer = new();
    private int _side; // of the views of the epoch at work

    public SearchLoop(
        PixelStore store, SearchOptions options, int seed, NetworkEngine engine, IObjective objective, Supernet supernet)
    {
        (_store, _options, _seed) = (store, options, seed);
        (_engine, _objective, _supernet) = (engine, objective, supernet);
        _schedule = options.Schedule();
        _bodyWeights = NamedTensors.Weights(supernet);
        _optimizer = WeightOptimizer.Of(
            options.Optimizer, [.. _bodyWeights, .. objective.Weights], options.Momentum, options.AdamBeta2,
            options.WeightDecay, options.GradientClip, engine.IsAsynchronous);
        _gates = PathBinarisation.Of(options.Gates);
        _alphas = new Alphas(
            options.Cells, _gates, options.ArchitectureLearningRate, options.ArchitectureBeta1, options.ArchitectureBeta2);
        (int[] weights, int[] architecture) = Halves(store.Count, options.ArchitectureFraction, seed);
        _weightBatches = new EpochBatches(weights, options.BatchSize, seed, RandomPurpose.Shuffle);
        _architectureBatches = new EpochBatches(architecture, options.BatchSize, seed, RandomPurpose.ArchitectureShuffle);
    }

    public List<SearchEpoch> History { get; } = [];

    public List<float[][][]> AlphaHistory { get; } = [];

    /// <summary>The genotype that the alphas say now.</summary>
    public Genotype Genotype => _alphas.Derive(_options.Restrict);

    private int StepsPerEpoch => _weightBatches.Count;

    private long Steps => (long)_options.Epochs * StepsPerEpoch;

    /// <summary>The history alone says so, so that a search that is taken up again knows it too.</summary>
    private bool AlphasStopped => History.Count > 0 && History[^1].AlphasStopped;

    /// <summary>All epochs.</summary>
    public void Run(Action<SearchEpoch> finished)
    {
        for (int epoch = 0; epoch < _options.Epochs; epoch++)
        {
            bool stopped = AlphasStopped;
            History.Add(RunEpoch(epoch));
            if (stopped || _options.SkipStop?.IsReached(History) == true) History[^1] = History[^1] with { AlphasStopped = true };
            AlphaHistory.Add(_alphas.Copy());
            finished(History[^1]);
        }
    }

    public void Dispose() => _optimizer.Dispose();

    private SearchEpoch RunEpoch(int epoch)
    {
        TimeSpan start = _timer.Elapsed;
        SearchPhase phase = _schedule.PhaseOf(epoch);
        _side = ViewSide.Of(epoch, _options.Epochs, _options.LowResolutionFraction, _supernet.Macro);
        bool[] frozen = Frozen(epoch, phase);
        bool searches = phase != SearchPhase.WarmUp && frozen.Contains(false) && !AlphasStopped;
        OperationDropout dropout = phase == SearchPhase.WarmUp ? default : new(_options.SkipDropout, _options.PoolDropout);
        CellPath?[] fixedPaths = FixedPaths(frozen);
        int[][] batches = _weightBatches.Of(epoch);
        using LossMean losses = new(History.Count > 0 ? History[^1].Loss : double.NaN), architectureLosses = new();
        for (int i = 0; i < batches.Length; i++)
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            long step = ((long)epoch * StepsPerEpoch) + i;
            losses.Add(WeightStep(batches[i], step, fixedPaths, dropout));
            if (searches && (step + 1) % _options.ArchitectureInterval == 0)
                architectureLosses.Add(ArchitectureStep(step / _options.ArchitectureInterval, frozen, fixedPaths));
            if (i == batches.Length - 1) Fetch(epoch, losses, architectureLosses);
            Report(phase, epoch, i + 1, losses.Shown, frozen);
        }

        Genotype now = Genotype;
        return new SearchEpoch(
            epoch + 1, phase, losses.Mean, architectureLosses.Mean,
            LearningRate(((long)epoch * StepsPerEpoch) + batches.Length - 1), _alphas.Entropy(frozen), frozen.Count(f => f),
            [.. now.Cells.Select(c => c.Skips)], [.. now.Cells.Select(c => c.Pools)], (_timer.Elapsed - start).TotalSeconds)
        {
            CellEntropies = _alphas.CellEntropies(frozen),
            UnrestrictedSkips = [.. _alphas.Derive(restrict: false).Cells.Select(c => c.Skips)],
        };
    }

    /// <summary>Without a prune phase, too, all cells are frozen while the weights settle.</summary>
    private bool[] Frozen(int epoch, SearchPhase phase) => phase == SearchPhase.Settle
        ? [.. Enumerable.Repeat(true, _options.Cells)]
        : _schedule.FrozenAt(epoch, _options.PruneDirection);

    /// <summary>What frozen cells do; null for the others.</summary>
    private CellPath?[] FixedPaths(bool[] frozen)
    {
        CellPath?[] paths = new CellPath?[frozen.Length];
        Genotype now = Genotype;
        for (int cell = 0; cell < paths.Length; cell++)
        {
            if (!frozen[cell]) continue;
            paths[cell] = _options.DeriveFrozenCells ? CellPath.Of(now.Cells[cell]) : CellPath.Best(_alphas.Values[cell]);
        }

        return paths;
    }

    /// <summary>On a device, the only waits of an epoch but those for gate gradients.</summary>
    private void Fetch(int epoch, params ReadOnlySpan<LossMean> losses)
    {
        foreach (LossMean mean in losses)
        {
            mean.Fetch();
            StepLoss.Check(mean, epoch);
        }

        _optimizer.Fetch();
    }

    private LossValue WeightStep(int[] batch, long step, CellPath?[] fixedPaths, OperationDropout dropout)
    {
        RandomStream random = new(_seed, RandomPurpose.Paths, step);
        CellPath[] paths = PathSampler.WeightStep(_alphas.Values, fixedPaths, _gates, dropout, ref random);
        Render(batch, RandomPurpose.Views, step);
        _objective.Teacher?.Watch(_engine, paths);
        LossValue loss = _engine.Launch(new PathBody(_supernet, paths), _bodyWeights, _objective, StepKind.WeightStep);
        StepLoss.Check(loss, step);
        _optimizer.Step(LearningRate(step));
        _objective.Teacher?.Follow(step, Steps);
        return loss;
    }

    /// <summary>On the architecture half, whatever the objective; no weight moves, nor does a teacher.</summary>
    private LossValue ArchitectureStep(long step, bool[] frozen, CellPath?[] fixedPaths)
    {
        RandomStream random = new(_seed, RandomPurpose.ArchitecturePaths, step);
        CellPath[] paths = PathSampler.ArchitectureStep(_alphas.Values, fixedPaths, _gates, ref random);
        int[][] batches = _architectureBatches.Of((int)(step / _architectureBatches.Count));
        Render(batches[step % _architectureBatches.Count], RandomPurpose.ArchitectureViews, step);
        _objective.Teacher?.Watch(_engine, paths);
        LossValue loss = _engine.Launch(
            new PathBody(_supernet, paths), _bodyWeights, _objective, StepKind.ArchitectureStep);
        StepLoss.Check(loss, step);
        _alphas.Step(paths, frozen);
        return loss;
    }

    private void Render(int[] batch, RandomPurpose purpose, long step)
    {
        Span<float> images = _engine.Images(
            batch.Length * _objective.RowsPerImage, new ImageShape(_store.Shape.Channels, _side, _side));
        _objective.Render(_store, batch, _seed, purpose, step, _side, images);
    }

    private double LearningRate(long step) =>
        LearningRates.Cosine(_options.LearningRate, step, Steps);

    private void Report(SearchPhase phase, int epoch, int step, double loss, bool[] frozen)
    {
        if (_options.Progress is null) return;
        long done = ((long)epoch * StepsPerEpoch) + step;
        _options.Progress.Report(new SearchProgress(
            phase, epoch + 1, _options.Epochs, step, StepsPerEpoch, loss, frozen.Count(f => f), _timer.Elapsed,
            _timer.Remaining(done, Steps)));
    }

    private static (int[] Weights, int[] Architecture) Halves(int images, double architectureFraction, int seed)
    {
        int[] order = [.. Enumerable.Range(0, images)];
        new RandomStream(seed, RandomPurpose.DataSplit).Shuffle(order.AsSpan());
        int architecture = (int)Math.Round(images * architectureFraction);
        return (order[architecture..], order[..architecture]);
    }
}
