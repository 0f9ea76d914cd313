using System.Buffers;
using SswpNas.MLNet.Collectives;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Training.Engines;

/// <summary>
/// The images of a step as the network sees them, with all that the loss has to know of them. A copy with other labels or
/// features shares the images; whoever made the first disposes of it, once.
/// </summary>
internal sealed record ImageBatch : IDisposable
{
    private readonly float[] _pixels = [];

    /// <summary>Room for images in the memory of the host, to be written into <see cref="Pixels"/>.</summary>
    public ImageBatch(int count, ImageShape shape)
        : this(RowShare.Whole(count), shape)
    {
    }

    /// <summary>The same for one rank's share of them.</summary>
    public ImageBatch(RowShare rows, ImageShape shape)
    {
        (Rows, Shape) = (rows, shape);
        _pixels = ArrayPool<float>.Shared.Rent(checked(rows.Count * shape.Size));
    }

    public ImageBatch(Tensor planar)
    {
        long[] shape = planar.shape;
        (Rows, Shape) = (RowShare.Whole((int)shape[0]), new ImageShape((int)shape[1], (int)shape[2], (int)shape[3]));
        Planar = planar.DetachFromDisposeScope();
    }

    /// <summary>How many images there are, two views of an image counted as two, those of other ranks too.</summary>
    public int Count => Rows.All;

    /// <summary>Those that are here.</summary>
    public RowShare Rows { get; }

    public ImageShape Shape { get; }

    /// <summary>Normalised, [rows here, height, width, channels]; empty where <see cref="Planar"/> has them.</summary>
    public Span<float> Pixels => _pixels.AsSpan(0, Planar is null ? Rows.Count * Shape.Size : 0);

    /// <summary>Images that came as a tensor on the engine's device, normalised, [count, channels, height, width]; else null.</summary>
    public Tensor? Planar { get; }

    /// <summary>Class numbers of the images, or of the first of them; empty for a loss without labels.</summary>
    public long[] Labels { get; init; } = [];

    /// <summary>
    /// Of the images behind those with labels: what each class's log-probability counts in the loss, [images, classes]; empty where
    /// all have labels.
    /// </summary>
    public float[] Targets { get; init; } = [];

    /// <summary>What a teacher sees in the images, [count, features]; null without one. Whoever made it disposes of it.</summary>
    public Tensor? TeacherFeatures { get; init; }

    public void Dispose()
    {
        if (Planar is null) ArrayPool<float>.Shared.Return(_pixels);
        else Planar.Dispose();
    }
}
