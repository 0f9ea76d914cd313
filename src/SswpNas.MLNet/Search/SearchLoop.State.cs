using SswpNas.MLNet.Search.Files;

namespace SswpNas.MLNet.Search;

/// <summary>What a checkpoint of a search says beside its tensors.</summary>
internal sealed record SearchState(
    TrainingLoopState Course, NonFiniteState NonFinite, LossState ArchitectureLosses, long AlphaSteps, Dictionary<string, int> Steps,
    SearchEpoch[] History) : EncoderState<SearchEpoch>(Course, NonFinite, Steps, History);

/// <summary>
/// The alphas in a checkpoint; which cells are frozen follows from them, the options and the number of the epoch.
/// </summary>
internal sealed partial class SearchLoop
{
    private const string AlphaValues = "alphas.now";
    private const string AlphaFirst = "alphas.first_moment";
    private const string AlphaGates = "alphas.gate_gradients";
    private const string AlphaSecond = "alphas.second_moment";

    protected override IEnumerable<(string Prefix, Layer Layer)> Layers
    {
        get
        {
            yield return ("supernet.", _supernet);
            yield return ("head.", _objective.Head);
            if (_objective.Teacher is not { } teacher) yield break;
            yield return ("teacher.supernet.", teacher.Network);
            yield return ("teacher.head.", teacher.Head);
        }
    }

    protected override SearchState Save(
        TrainingLoopState course, Dictionary<string, int> steps, OrderedDictionary<string, TensorValue> tensors)
    {
        AlphaOptimizerState alphas = _alphas.OptimizerState;
        tensors.Add(AlphaValues, AlphaTensor.Of([_alphas.Values], _options.Cells));
        tensors.Add(AlphaFirst, new TensorValue([alphas.First.Length], alphas.First));
        tensors.Add(AlphaSecond, new TensorValue([alphas.Second.Length], alphas.Second));
        if (_alphas.GateGradients is { } sums) tensors.Add(AlphaGates, AlphaTensor.Of([sums], _options.Cells));
        tensors.Add(AlphaTensor.Name, AlphaTensor.Of([.. AlphaHistory], _options.Cells));
        return new SearchState(course, Guard.State, _architectureLosses.State, alphas.Step, steps, [.. History]);
    }

    protected override void Load(SearchState state, Checkpoint checkpoint)
    {
        checkpoint.That(state.ArchitectureLosses.IsSane && state.AlphaSteps >= 0, "architecture steps");
        float[] first = checkpoint.Tensor(AlphaFirst, [_alphas.Count]), second = checkpoint.Tensor(AlphaSecond, [_alphas.Count]);
        _alphas.OptimizerState = new AlphaOptimizerState(state.AlphaSteps, first, second);
        _alphas.Set(Alphas(AlphaValues, 1)[0]);
        if (_options.AccumulateGateGradients) _alphas.GateGradients = Alphas(AlphaGates, 1)[0];
        // The first checkpoint was written before the strategy had its say.
        if (_start is not null && _alphas.AreZero) _alphas.Set(_start);
        AlphaHistory = [.. Alphas(AlphaTensor.Name, state.History.Length)];
        _architectureLosses.State = state.ArchitectureLosses;

        float[][][][] Alphas(string name, int epochs)
        {
            long[] shape = AlphaTensor.Shape(epochs, _options.Cells);
            return AlphaTensor.ToArrays(new TensorValue(shape, checkpoint.Tensor(name, shape)));
        }
    }
}
