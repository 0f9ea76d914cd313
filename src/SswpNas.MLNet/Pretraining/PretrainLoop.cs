using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.Search;

namespace SswpNas.MLNet.Pretraining;

/// <summary>The epochs of a pre-training: the architecture is fixed, and its weights are trained on all images.</summary>
internal sealed class PretrainLoop : EncoderLoop<PretrainEpoch, EncoderState<PretrainEpoch>>
{
    private readonly PixelStore _store;
    private readonly PretrainOptions _options;
    private readonly int _epochs;
    private readonly int _seed;
    private readonly NetworkEngine _engine;
    private readonly DerivedNetwork _network;
    private readonly SimClrObjective _objective;
    private int[][] _order = [];
    private int _side;

    public PretrainLoop(
        PixelStore store, PretrainOptions options, int epochs, int seed, NetworkEngine engine, DerivedNetwork network,
        SimClrObjective objective, CheckpointManager keeper)
        : base(
            options, epochs, [.. Enumerable.Range(0, store.Count)], seed, engine, network, network.Macro, objective, keeper)
    {
        (_store, _options, _epochs, _seed) = (store, options, epochs, seed);
        (_engine, _network, _objective) = (engine, network, objective);
    }

    protected override IEnumerable<(string Prefix, Layer Layer)> Layers => [("network.", _network), ("head.", _objective.Head)];

    public override LossValue ForwardBackward(int index, long step)
    {
        using ImageBatch batch = _objective.Render(_store, _order[index], _seed, RandomPurpose.Views, step, _side);
        return _engine.ForwardBackward(new DerivedBody(_network), BodyWeights, _objective, batch, Pass.WeightStep);
    }

    public override void Report(TrainingReport report) => _options.Progress?.Report(new PretrainProgress(
        report.Epoch + 1, _epochs, report.Steps, StepsPerEpoch, report.Loss, Elapsed, Remaining));

    protected override EncoderState<PretrainEpoch> Save(
        TrainingLoopState course, Dictionary<string, int> steps, OrderedDictionary<string, TensorValue> tensors) =>
        new(course, Guard.State, steps, [.. History]);

    protected override void BeginEpoch(int epoch, int[][] batches, int side) => (_order, _side) = (batches, side);

    protected override PretrainEpoch EndEpoch(TrainingReport report) =>
        new(report.Epoch + 1, report.Loss, report.LearningRate, report.Seconds) { SkippedSteps = report.Skipped };
}
