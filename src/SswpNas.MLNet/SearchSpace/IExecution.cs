using SswpNas.MLNet.SearchSpace.Layers;

namespace SswpNas.MLNet.SearchSpace;

/// <summary>What dL/dg was found for the gates of one edge in an architecture step (section 3.2).</summary>
internal sealed class GateGradients(int candidates)
{
    /// <summary>&lt;o_j(x), dL/dy&gt; for each candidate j that was asked for, 0 for the others.</summary>
    public double[] Values { get; } = new double[candidates];
}

/// <summary>An edge in one pass: its input, the operation that is active, and what an architecture step asks of it.</summary>
/// <param name="Input">The output of the edge's predecessor.</param>
/// <param name="Active">The operation that contributes.</param>
/// <param name="Others">Operations whose gate gradients are wanted beside the active one's, without their graphs.</param>
/// <param name="Gates">Where the gate gradients go; null in a weight step.</param>
internal readonly record struct ActiveEdge<T>(
    T Input, Candidate Active, IReadOnlyList<Candidate> Others, GateGradients? Gates);

/// <summary>
/// What a network is made of, over any kind of value: a network's forward pass is written once and run by libtorch
/// (tensors), by our own kernels (activations) or by the ONNX export (value names).
/// </summary>
internal interface IExecution<T>
{
    /// <summary>A chain of stages.</summary>
    T Run(T x, IReadOnlyList<Stage> stages);

    /// <summary>A node: the sum of its edges' outputs.</summary>
    T Sum(IReadOnlyList<ActiveEdge<T>> edges);

    /// <summary>Side by side in the channels.</summary>
    T Concat(IReadOnlyList<T> parts);

    /// <summary>The mean over all pixels: [images, channels].</summary>
    T GlobalAveragePool(T x);

    /// <summary>
    /// What an auxiliary head looks at: ReLU, then the means of the four windows of <see cref="CornerWindows"/> side by side,
    /// upper left, upper right, lower left, lower right: [images, 4 x channels]. Only executions that train have it.
    /// </summary>
    T CornerPool(T x) => throw new NotSupportedException("An auxiliary head is there in training only.");

    /// <summary>Says that a value is not used again; executions that keep nothing for a backward pass may free it.</summary>
    void Release(T x);
}
