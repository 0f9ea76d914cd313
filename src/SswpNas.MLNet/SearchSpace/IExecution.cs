namespace SswpNas.MLNet.SearchSpace;

/// <summary>An edge in one pass: its input and the operation that contributes.</summary>
internal readonly record struct ActiveEdge<T>(T Input, Candidate Active);

/// <summary>A gate whose gradient an architecture step wants: &lt;o_j(x), dL/dy&gt; (section 3.2).</summary>
/// <param name="Edge">The edge's place among those of its node.</param>
/// <param name="Candidate">Operation j of the edge, the active one or another, which then leaves no graph.</param>
/// <param name="Gradients">Where the gradient goes: one number an operation.</param>
internal readonly record struct Gate(int Edge, Candidate Candidate, double[] Gradients);

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

    /// <summary>Says that a value is not used again; executions that keep nothing for a backward pass may free it.</summary>
    void Release(T x);
}

/// <summary>What there is in training only: gates, and the input of auxiliary heads.</summary>
internal interface ITrainingExecution<T> : IExecution<T>
{
    /// <summary>A node whose gates are asked about; only an architecture step finds their gradients.</summary>
    T GatedSum(IReadOnlyList<ActiveEdge<T>> edges, IReadOnlyList<Gate> gates);

    /// <summary>
    /// What an auxiliary head reads: ReLU, then the means of the four windows of <see cref="CornerWindows"/> side by side,
    /// upper left, upper right, lower left, lower right: [images, 4 x channels].
    /// </summary>
    T CornerPool(T x);
}
