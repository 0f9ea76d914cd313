using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SswpNas.MLNet.Objectives;

/// <summary>
/// Another objective, and beside it or in its place the match of a teacher's features: what the network makes of a view is
/// projected to where the teacher puts the image. The teacher's features are centred and of length 1.
/// </summary>
internal sealed class TeacherObjective : IObjective
{
    private readonly IObjective _inner;
    private readonly ProjectionHead _projection;
    private readonly double _share;
    private readonly int _length;
    private readonly TeacherFeatures _teacher;

    /// <param name="inner">The objective beside it.</param>
    /// <param name="teacher">The teacher's features of all images.</param>
    /// <param name="projection">From features to vectors of the teacher's length.</param>
    /// <param name="share">The part that the teacher has in the loss, above 0, to 1.</param>
    public TeacherObjective(IObjective inner, TeacherFeatures teacher, ProjectionHead projection, double share)
    {
        (_inner, _projection, _share, _length, _teacher) = (inner, projection, share, teacher.Length, teacher);
        Head = new TeacherHead(inner.Head, projection);
        Weights = share < 1 ? NamedTensors.Weights(Head) : NamedTensors.Weights(projection);
    }

    public Layer Head { get; }

    public EmaTeacher? Teacher => _share < 1 ? _inner.Teacher : null;

    public IReadOnlyList<Weight> Weights { get; }

    public ImageBatch Render(PixelStore store, int[] images, int seed, RandomPurpose purpose, long step, int side)
    {
        ImageBatch batch = _inner.Render(store, images, seed, purpose, step, side);
        float[] targets = new float[batch.Count * _length];
        for (int row = 0; row < batch.Count; row++)
            _teacher[images[row % images.Length]].CopyTo(targets.AsSpan(row * _length));
        return batch with { Targets = targets };
    }

    public Tensor Loss(Tensor features, ImageBatch batch, WeightGradients? gradients)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor projections = _projection.Forward(features, gradients);
        Tensor targets = Upload.Floats(batch.Targets, [batch.Count, _length], features.device);
        Tensor similarity = cosine_similarity(projections, targets, dim: 1, eps: 1e-8).mean();
        using Scalar one = 1, share = _share, rest = 1 - _share;
        Tensor distance = similarity.neg().add(one);
        if (_share >= 1) return distance.MoveToOuterDisposeScope();
        Tensor inner = _inner.Loss(features, batch with { Targets = [] }, gradients);
        return TensorMath.Add(inner.mul(rest), distance.mul(share)).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _projection.Dispose();
        _inner.Dispose();
    }

    /// <summary>Both heads, for checkpoints.</summary>
    private sealed class TeacherHead(Layer inner, Layer projection) : Layer
    {
        public override void Visit(string prefix, Action<string, LayerTensor> visit)
        {
            inner.Visit(prefix, visit);
            projection.Visit(prefix + "teacher.", visit);
        }
    }
}
