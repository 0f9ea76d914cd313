using SswpNas.MLNet.Data;
using SswpNas.MLNet.Execution;
using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.Sampling;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Training;

namespace SswpNas.MLNet.Search;

/// <summary>
/// The search (section 3.5, Fig. 3): warm-up, search, forward progressive prune, with one supernet whose weights are the
/// concomitant weights in the end.
/// </summary>
internal sealed class SearchLoop
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
        _optimizer = Optimizer(options, [.. _bodyWeights, .. objective.Weights]);
        _alphas = new Alphas(
            options.Cells, options.ArchitectureLearningRate, options.ArchitectureBeta1, options.ArchitectureBeta2);
        (int[] weights, int[] architecture) = Halves(store.Count, options.ArchitectureFraction, seed);
        _weightBatches = new EpochBatches(weights, options.BatchSize, seed, RandomPurpose.Shuffle);
        _architectureBatches = new EpochBatches(architecture, options.BatchSize, seed, RandomPurpose.ArchitectureShuffle);
    }

    public List<SearchEpoch> History { get; } = [];

    public List<float[][][]> AlphaHistory { get; } = [];

    /// <summary>The genotype that the alphas say now.</summary>
    public Genotype Genotype => _alphas.Derive(_options.Restrict);

    private int StepsPerEpoch => _weightBatches.Count;

    /// <summary>All epochs.</summary>
    public void Run(Action<SearchEpoch> finished)
    {
        for (int epoch = 0; epoch < _options.Epochs; epoch++)
        {
            SearchEpoch done = RunEpoch(epoch);
            History.Add(done);
            AlphaHistory.Add(_alphas.Copy());
            finished(done);
        }
    }

    private SearchEpoch RunEpoch(int epoch)
    {
        TimeSpan start = _timer.Elapsed;
        SearchPhase phase = _schedule.PhaseOf(epoch);
        _side = ViewSide(epoch);
        bool[] frozen = Frozen(epoch, phase);
        OperationDropout dropout = phase == SearchPhase.WarmUp ? default : new(_options.SkipDropout, _options.PoolDropout);
        CellPath?[] fixedPaths = FixedPaths(frozen);
        int[][] batches = _weightBatches.Of(epoch);
        double loss = 0, architectureLoss = 0;
        int architectureSteps = 0;
        for (int i = 0; i < batches.Length; i++)
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            long step = ((long)epoch * StepsPerEpoch) + i;
            loss += WeightStep(batches[i], step, fixedPaths, dropout);
            if (phase != SearchPhase.WarmUp && (step + 1) % _options.ArchitectureInterval == 0 && frozen.Contains(false))
            {
                architectureLoss += ArchitectureStep(step / _options.ArchitectureInterval, frozen, fixedPaths);
                architectureSteps++;
            }

            Report(phase, epoch, i + 1, loss / (i + 1), frozen);
        }

        Genotype now = Genotype;
        return new SearchEpoch(
            epoch + 1, phase, loss / batches.Length, architectureSteps == 0 ? double.NaN : architectureLoss / architectureSteps,
            LearningRate(((long)epoch * StepsPerEpoch) + batches.Length - 1), _alphas.Entropy(frozen), frozen.Count(f => f),
            [.. now.Cells.Select(c => c.Skips)], [.. now.Cells.Select(c => c.Pools)], (_timer.Elapsed - start).TotalSeconds);
    }

    /// <summary>Without a prune phase, too, all cells are frozen while the weights settle.</summary>
    private bool[] Frozen(int epoch, SearchPhase phase) => phase == SearchPhase.Settle
        ? [.. Enumerable.Repeat(true, _options.Cells)]
        : _schedule.FrozenAt(epoch, PruneDirection.Forward);

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

    private double WeightStep(int[] batch, long step, CellPath?[] fixedPaths, OperationDropout dropout)
    {
        RandomStream random = new(_seed, RandomPurpose.Paths, step);
        CellPath[] paths = PathSampler.WeightStep(_alphas.Values, fixedPaths, dropout, ref random);
        Render(batch, RandomPurpose.Views, step);
        double loss = _engine.Step(new PathBody(_supernet, paths), _bodyWeights, _objective, StepKind.WeightStep);
        Check(loss, step);
        _optimizer.Step(LearningRate(step));
        return loss;
    }

    private double ArchitectureStep(long step, bool[] frozen, CellPath?[] fixedPaths)
    {
        RandomStream random = new(_seed, RandomPurpose.ArchitecturePaths, step);
        CellPath[] paths = PathSampler.ArchitectureStep(_alphas.Values, fixedPaths, ref random);
        int[][] batches = _architectureBatches.Of((int)(step / _architectureBatches.Count));
        Render(batches[step % _architectureBatches.Count], RandomPurpose.ArchitectureViews, step);
        double loss = _engine.Step(new PathBody(_supernet, paths), _bodyWeights, _objective, StepKind.ArchitectureStep);
        Check(loss, step);
        _alphas.Step(paths, frozen);
        return loss;
    }

    private void Render(int[] batch, RandomPurpose purpose, long step)
    {
        Span<float> images = _engine.Images(
            batch.Length * _objective.RowsPerImage, new ImageShape(_store.Shape.Channels, _side, _side));
        _objective.Render(_store, batch, _seed, purpose, step, _side, images);
    }

    /// <summary>In the first epochs, where asked for, half the images' side, or the next larger one that the network takes.</summary>
    private int ViewSide(int epoch) => epoch < (int)(_options.LowResolutionFraction * _options.Epochs)
        ? SearchChecks.HalfSide(_supernet.Macro)
        : _store.Shape.Height;

    private double LearningRate(long step) =>
        LearningRates.Cosine(_options.LearningRate, step, (long)_options.Epochs * StepsPerEpoch);

    private static WeightOptimizer Optimizer(SearchOptions options, IReadOnlyList<Weight> weights) => options.Optimizer switch
    {
        OptimizerKind.Adam => new AdamOptimizer(
            weights, options.Momentum, options.AdamBeta2, options.WeightDecay, options.GradientClip),
        _ => new SgdOptimizer(weights, options.Momentum, options.WeightDecay, options.GradientClip),
    };

    private static void Check(double loss, long step)
    {
        if (double.IsFinite(loss)) return;
        throw new InvalidOperationException(
            $"The loss became {loss} in step {step + 1}; a finite number was expected. "
            + "Lower the learning rate, or raise the temperature or the batch.");
    }

    private void Report(SearchPhase phase, int epoch, int step, double loss, bool[] frozen)
    {
        if (_options.Progress is null) return;
        long done = ((long)epoch * StepsPerEpoch) + step;
        _options.Progress.Report(new SearchProgress(
            phase, epoch + 1, _options.Epochs, step, StepsPerEpoch, loss, frozen.Count(f => f), _timer.Elapsed,
            _timer.Remaining(done, (long)_options.Epochs * StepsPerEpoch)));
    }

    private static (int[] Weights, int[] Architecture) Halves(int images, double architectureFraction, int seed)
    {
        int[] order = [.. Enumerable.Range(0, images)];
        new RandomStream(seed, RandomPurpose.DataSplit).Shuffle(order.AsSpan());
        int architecture = (int)Math.Round(images * architectureFraction);
        return (order[architecture..], order[..architecture]);
    }

    private sealed class PathBody(Supernet supernet, IReadOnlyList<CellPath> paths) : INetworkBody
    {
        public T Forward<T>(IExecution<T> run, T images)
            where T : class => supernet.Forward(run, images, paths);
    }
}
