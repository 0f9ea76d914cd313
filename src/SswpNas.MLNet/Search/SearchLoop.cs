using SswpNas.MLNet.Objectives;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Search;

/// <summary>
/// The search (section 3.5, Fig. 3): warm-up, search, forward progressive prune, with one supernet whose weights are the
/// concomitant weights in the end.
/// </summary>
internal sealed partial class SearchLoop : EncoderLoop<SearchEpoch, SearchState>
{
    private readonly PixelStore _store;
    private readonly SearchOptions _options;
    private readonly int _seed;
    private readonly NetworkEngine _engine;
    private readonly IObjective _objective;
    private readonly Supernet _supernet;
    private readonly SearchSchedule _schedule;
    private readonly IPathBinarisation _gates;
    private readonly Alphas _alphas;
    private readonly EpochBatches _architectureBatches;
    private readonly LossMean _architectureLosses = new();
    private float[][][]? _start;
    private EpochPlan _plan = null!; // of the current epoch

    public SearchLoop(
        PixelStore store, SearchOptions options, int seed, NetworkEngine engine, IObjective objective, Supernet supernet,
        CheckpointManager? keeper = null)
        : this(
            store, options, seed, engine, objective, supernet,
            keeper ?? CheckpointManager.Without(options.CancellationBehavior, options.CancellationToken),
            Halves(store.Count, options.ChoosesBeforeTraining ? 0 : options.ArchitectureFraction, seed))
    {
    }

    private SearchLoop(
        PixelStore store, SearchOptions options, int seed, NetworkEngine engine, IObjective objective, Supernet supernet,
        CheckpointManager keeper, (int[] Weights, int[] Architecture) halves)
        : base(options, options.Epochs, halves.Weights, seed, engine, supernet, supernet.Macro, objective, keeper)
    {
        (_store, _options, _seed) = (store, options, seed);
        (_engine, _objective, _supernet) = (engine, objective, supernet);
        _schedule = options.Schedule();
        _gates = PathBinarisation.Of(options.Gates);
        _alphas = new Alphas(
            options.Cells, _gates,
            new AlphaOptimizer(options.Cells, options.ArchitectureLearningRate, options.ArchitectureBeta1, options.ArchitectureBeta2),
            options.AccumulateGateGradients);
        _architectureBatches = new EpochBatches(
            halves.Architecture, options.BatchSize, seed, RandomPurpose.ArchitectureShuffle);
    }

    public List<float[][][]> AlphaHistory { get; private set; } = [];

    /// <summary>The genotype that the alphas give now.</summary>
    public Genotype Genotype => _alphas.Derive(_options.LimitSkipsAndPools);

    /// <summary>The history alone says so, so that a resumed search knows it too.</summary>
    private bool AlphasStopped => History.Count > 0 && History[^1].AlphasStopped;

    /// <summary>Whether <see cref="Start"/> is wanted: the strategy has a say in the first alphas, and no checkpoint has them.</summary>
    public bool IsToStart => _options.Strategy != SearchStrategy.Gradient && _alphas.AreZero;

    /// <summary>Sets the alphas that the search begins with.</summary>
    public void Start(float[][][] alphas)
    {
        _start = alphas;
        _alphas.Set(alphas);
    }

    public override void Dispose()
    {
        base.Dispose();
        _architectureLosses.Dispose();
    }

    protected override void BeginEpoch(int epoch, int[][] batches, int side)
    {
        SearchPhase phase = _schedule.PhaseOf(epoch);
        bool[] frozen = Frozen(epoch, phase);
        _plan = new EpochPlan(
            phase,
            side,
            frozen,
            Searches: phase != SearchPhase.WarmUp && frozen.Contains(false) && !AlphasStopped,
            phase == SearchPhase.WarmUp ? default : new OperationDropout(_options.SkipDropout, _options.PoolDropout),
            FixedPaths(frozen),
            batches);
    }

    public override LossValue ForwardBackward(int index, long step)
    {
        RandomStream random = new(_seed, RandomPurpose.Paths, step);
        CellPath[] paths = PathSampler.WeightStep(_alphas.Values, _plan.FixedPaths, _gates, _plan.Dropout, ref random);
        return ForwardBackward(_plan.Batches[index], RandomPurpose.Views, step, paths, Pass.WeightStep);
    }

    public override void AfterStep(long step, bool moved)
    {
        if (moved) _objective.Teacher?.UpdateAverage(step, Steps);
        if (_plan.Searches && (step + 1) % _options.ArchitectureInterval == 0)
            ArchitectureStep(step, step / _options.ArchitectureInterval);
    }

    public override void Report(TrainingReport report)
    {
        if (_options.Progress is null) return;
        _options.Progress.Report(new SearchProgress(
            _plan.Phase, report.Epoch + 1, _options.Epochs, report.Steps, StepsPerEpoch, report.Loss, _plan.FrozenCells,
            Elapsed, Remaining));
    }

    protected override SearchEpoch EndEpoch(TrainingReport report)
    {
        Genotype now = Genotype;
        _architectureLosses.Fetch();
        SearchEpoch epoch = new(
            report.Epoch + 1, _plan.Phase, report.Loss, _architectureLosses.Mean, report.LearningRate,
            _alphas.Entropy(_plan.Frozen), _plan.FrozenCells, [.. now.Cells.Select(c => c.Skips)],
            [.. now.Cells.Select(c => c.Pools)], report.Seconds)
        {
            CellEntropies = _alphas.CellEntropies(_plan.Frozen),
            UnrestrictedSkips = [.. _alphas.Derive(restrict: false).Cells.Select(c => c.Skips)],
            SkippedSteps = report.Skipped,
        };
        AlphaHistory.Add(_alphas.Copy());
        _architectureLosses.State = LossState.None;
        return epoch with { AlphasStopped = AlphasStopped || _options.SkipStop?.IsReached([.. History, epoch]) == true };
    }

    /// <summary>Without a prune phase, too, all cells are frozen in the final training.</summary>
    private bool[] Frozen(int epoch, SearchPhase phase) => phase == SearchPhase.Settle
        ? [.. Enumerable.Repeat(true, _options.Cells)]
        : _schedule.FrozenAt(epoch, _options.PruneDirection);

    /// <summary>Paths of the frozen cells; null for the others.</summary>
    private CellPath?[] FixedPaths(bool[] frozen)
    {
        CellPath?[] paths = new CellPath?[frozen.Length];
        Genotype now = Genotype;
        for (int cell = 0; cell < paths.Length; cell++)
        {
            if (!frozen[cell]) continue;
            paths[cell] = _options.DeriveFrozenCells || _options.ChoosesBeforeTraining ? CellPath.Of(now.Cells[cell]) : CellPath.Best(_alphas.Values[cell]);
        }

        return paths;
    }

    /// <summary>On the architecture half, whatever the objective; no weight moves, nor does a teacher.</summary>
    private void ArchitectureStep(long weightStep, long step)
    {
        RandomStream random = new(_seed, RandomPurpose.ArchitecturePaths, step);
        CellPath[] paths = PathSampler.ArchitectureStep(_alphas.Values, _plan.FixedPaths, _gates, ref random);
        int[][] batches = _architectureBatches.Of((int)(step / _architectureBatches.Count));
        int[] images = batches[step % _architectureBatches.Count];
        Statistics.Keep();
        LossValue loss = ForwardBackward(images, RandomPurpose.ArchitectureViews, step, paths, Pass.ArchitectureStep);
        bool finite = !loss.IsNotFinite && _alphas.Step(paths, _plan.Frozen);
        _architectureLosses.Add(loss);
        if (finite) return;
        Statistics.Restore();
        Guard.Count(finite: false, weightStep);
    }

    private LossValue ForwardBackward(int[] images, RandomPurpose views, long step, CellPath[] paths, Pass pass)
    {
        using ImageBatch batch = _objective.Render(_store, images, _seed, views, step, _plan.Side);
        using Tensor? seen = _objective.Teacher?.Features(_engine, batch, paths);
        return _engine.ForwardBackward(
            new PathBody(_supernet, paths), BodyWeights, _objective, batch with { TeacherFeatures = seen }, pass);
    }

    private static (int[] Weights, int[] Architecture) Halves(int images, double architectureFraction, int seed)
    {
        int[] order = [.. Enumerable.Range(0, images)];
        new RandomStream(seed, RandomPurpose.DataSplit).Shuffle(order.AsSpan());
        int architecture = (int)Math.Round(images * architectureFraction);
        return (order[architecture..], order[..architecture]);
    }

    /// <summary>What does not change in an epoch.</summary>
    private sealed record EpochPlan(
        SearchPhase Phase, int Side, bool[] Frozen, bool Searches, OperationDropout Dropout, CellPath?[] FixedPaths,
        int[][] Batches)
    {
        public int FrozenCells { get; } = Frozen.Count(f => f);
    }
}
