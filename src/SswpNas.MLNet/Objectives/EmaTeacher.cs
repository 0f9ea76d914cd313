using static TorchSharp.torch;

namespace SswpNas.MLNet.Objectives;

/// <summary>
/// BYOL's teacher: a second supernet with a second projection, which are a moving average of the student's. All that is
/// trained is averaged after every weight step, whether its operation was sampled or not: an operation that rests is
/// approached, as in the published code. Running statistics are not averaged: the teacher sees a batch by the batch's own
/// statistics, as the student does, so its own are never used and never move.
/// </summary>
internal sealed class EmaTeacher : IDisposable
{
    private readonly IReadOnlyList<(Weight Student, Weight Teacher)> _pairs;
    private readonly ByolOptions _options;

    public EmaTeacher(
        Supernet student, ProjectionHead projector, ByolOptions options, Func<ProjectionHead> head, Device device)
    {
        RandomStream unused = new(0, RandomPurpose.Weights);
        (Network, Head, _options) = (new Supernet(student.Macro, ref unused), head(), options);
        foreach ((Layer from, Layer to) in new (Layer, Layer)[] { (student, Network), (projector, Head) })
        {
            LayerDevice.Move(to, device);
            NamedTensors.Copy(from, to);
        }

        _pairs = [.. Weights(student, projector).Zip(Weights(Network, Head))];
    }

    /// <summary>The averaged supernet. With <see cref="Head"/> it is all that the teacher remembers between steps.</summary>
    public Supernet Network { get; }

    /// <summary>The averaged projection; a teacher has no predictor.</summary>
    public ProjectionHead Head { get; }

    /// <summary>Features of a batch along the paths that the student takes, [images, size]; the caller disposes of them.</summary>
    public Tensor Features(NetworkEngine engine, ImageBatch batch, IReadOnlyList<CellPath> paths) =>
        engine.Forward(new PathBody(Network, paths), batch, Pass.BatchStatistics);

    /// <summary>Projections of such features, [images, size], without a graph.</summary>
    public Tensor Project(Tensor features)
    {
        using IDisposable noGrad = no_grad();
        return Head.Forward(features, gradients: null);
    }

    /// <summary>After a weight step of the student (never after an architecture step): the average moves on.</summary>
    public void UpdateAverage(long step, long steps)
    {
        double move = 1 - Momentum(_options, step, steps);
        MovingAverage.Move(_pairs, kept: 1 - move, taken: move);
    }

    /// <summary>1 - (1 - m) (cos(pi k / K) + 1) / 2, or m all the time.</summary>
    public static double Momentum(ByolOptions options, long step, long steps) => options.RampMomentum
        ? 1 - LearningRates.Cosine(1 - options.Momentum, step, steps)
        : options.Momentum;

    public void Dispose()
    {
        Network.Dispose();
        Head.Dispose();
    }

    private static IEnumerable<Weight> Weights(Layer network, Layer head) =>
        NamedTensors.Weights(network).Concat(NamedTensors.Weights(head));
}
