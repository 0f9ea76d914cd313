using SswpNas.MLNet.Checkpoints;
using SswpNas.MLNet.Search.Files;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Storage;
using SswpNas.MLNet.Training;

namespace SswpNas.MLNet.Search;

/// <summary>What a checkpoint of a search says beside its tensors.</summary>
/// <param name="Course">Where it is.</param>
/// <param name="NonFinite">Skipped steps.</param>
/// <param name="ArchitectureLosses">Those of the epoch at work.</param>
/// <param name="AlphaSteps">Steps of the alphas' optimiser.</param>
/// <param name="Steps">Steps of each weight's optimiser.</param>
/// <param name="History">The epochs that are done.</param>
internal sealed record SearchState(
    TrainingLoopState Course, NonFiniteState NonFinite, LossState ArchitectureLosses, long AlphaSteps, Dictionary<string, int> Steps,
    ResultDocument.EpochPart[] History);

/// <summary>
/// The search in a checkpoint. Which cells are frozen, the batches and everything random follow from the options, the seed
/// and the numbers of epoch and step.
/// </summary>
internal sealed partial class SearchLoop : IRunState
{
    private const string AlphaValues = "alphas.now";
    private const string AlphaFirst = "alphas.first_moment";
    private const string AlphaSecond = "alphas.second_moment";

    Checkpoint IRunState.Save()
    {
        TrainingLoopState course = _course.State;
        OrderedDictionary<string, TensorValue> tensors = [];
        Dictionary<string, int> steps = [];
        foreach ((string prefix, Layer layer) in Layers()) LayerState.Save(layer, prefix, tensors, steps);
        AlphaOptimizerState alphas = _alphas.OptimizerState;
        tensors.Add(AlphaValues, AlphaTensor.Of([_alphas.Values], _options.Cells));
        tensors.Add(AlphaFirst, new TensorValue([alphas.First.Length], alphas.First));
        tensors.Add(AlphaSecond, new TensorValue([alphas.Second.Length], alphas.Second));
        tensors.Add(AlphaTensor.Name, AlphaTensor.Of([.. AlphaHistory], _options.Cells));
        return Checkpoint.Of(
            new SearchState(
                course, _guard.State, _architectureLosses.State, alphas.Step, steps,
                [.. History.Select(ResultDocument.EpochPart.Of)]),
            tensors);
    }

    void IRunState.Load(Checkpoint checkpoint)
    {
        SearchState state = checkpoint.StateAs<SearchState>();
        checkpoint.That(state.Course.IsSane(_options.Epochs, StepsPerEpoch), "its epoch and step");
        checkpoint.That(state.NonFinite.IsSane, "skipped steps");
        checkpoint.That(state.ArchitectureLosses.IsSane && state.AlphaSteps >= 0, "architecture steps");
        checkpoint.That(
            state.History.Length == state.Course.Epoch && state.History.Index().All(e => e.Item is not null && e.Item.Epoch == e.Index + 1),
            "the epochs that are done");
        foreach ((string prefix, Layer layer) in Layers()) LayerState.Load(layer, prefix, checkpoint, state.Steps);
        int cells = _options.Cells;
        float[] first = checkpoint.Tensor(AlphaFirst, [_alphas.Count]), second = checkpoint.Tensor(AlphaSecond, [_alphas.Count]);
        _alphas.OptimizerState = new AlphaOptimizerState(state.AlphaSteps, first, second);
        _alphas.Set(Alphas(AlphaValues, 1)[0]);
        AlphaHistory = [.. Alphas(AlphaTensor.Name, state.History.Length)];
        History = [.. state.History.Select(epoch => epoch.ToEpoch())];
        _architectureLosses.State = state.ArchitectureLosses;
        _guard.State = state.NonFinite;
        _course.State = state.Course;
        _timer.Begin(_course.Done);

        float[][][][] Alphas(string name, int epochs)
        {
            long[] shape = AlphaTensor.Shape(epochs, cells);
            return AlphaTensor.ToArrays(new TensorValue(shape, checkpoint.Tensor(name, shape)));
        }
    }

    private IEnumerable<(string Prefix, Layer Layer)> Layers()
    {
        yield return ("supernet.", _supernet);
        yield return ("head.", _objective.Head);
        if (_objective.Teacher is not { } teacher) yield break;
        yield return ("teacher.supernet.", teacher.Network);
        yield return ("teacher.head.", teacher.Head);
    }
}
