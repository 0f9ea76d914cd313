namespace SswpNas.MLNet;

/// <summary>
/// The seven candidate operations of an edge (section 3.1), in the paper's order. The first three have no weights of
/// their own at stride 1.
/// </summary>
[SuppressMessage("Design", "CA1008", Justification = "The paper's list has no 'none' operation.")]
public enum CellOperation
{
    /// <summary><c>skip_connect</c>: identity; at stride 2 the factorised reduction.</summary>
    SkipConnect = 0,

    /// <summary><c>max_pool_3x3</c>, followed by batch norm.</summary>
    MaxPool3x3 = 1,

    /// <summary><c>avg_pool_3x3</c>, padding not counted, followed by batch norm.</summary>
    AvgPool3x3 = 2,

    /// <summary><c>sep_conv_3x3</c>: ReLU, depthwise, pointwise, batch norm, twice.</summary>
    SepConv3x3 = 3,

    /// <summary><c>sep_conv_5x5</c>: ReLU, depthwise, pointwise, batch norm, twice.</summary>
    SepConv5x5 = 4,

    /// <summary><c>dil_conv_3x3</c>: ReLU, depthwise of dilation 2, pointwise, batch norm.</summary>
    DilConv3x3 = 5,

    /// <summary><c>dil_conv_5x5</c>: ReLU, depthwise of dilation 2, pointwise, batch norm.</summary>
    DilConv5x5 = 6,
}

/// <summary>Names and kinds of the candidate operations.</summary>
public static class CellOperations
{
    private static readonly string[] Names =
    [
        "skip_connect", "max_pool_3x3", "avg_pool_3x3", "sep_conv_3x3", "sep_conv_5x5", "dil_conv_3x3", "dil_conv_5x5",
    ];

    /// <summary>How many candidates an edge has: 7.</summary>
    public const int Count = 7;

    /// <summary>The field's name of an operation, for example <c>sep_conv_3x3</c>.</summary>
    /// <param name="operation">One of the seven operations.</param>
    /// <returns>The name used in genotypes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the seven.</exception>
    public static string ToName(this CellOperation operation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative((int)operation, nameof(operation));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((int)operation, Count, nameof(operation));
        return Names[(int)operation];
    }

    /// <summary>The operation with a given name.</summary>
    /// <param name="name">A name such as <c>sep_conv_3x3</c>; case matters.</param>
    /// <returns>The operation.</returns>
    /// <exception cref="FormatException">There is no such operation; the message lists those that exist.</exception>
    public static CellOperation Parse(string name)
    {
        int index = Array.IndexOf(Names, name);
        return index >= 0
            ? (CellOperation)index
            : throw new FormatException($"Unknown operation '{name}'. Known ones are: {string.Join(", ", Names)}.");
    }

    /// <summary>Whether the operation has weights of its own at every stride (the convolutions).</summary>
    /// <param name="operation">One of the seven operations.</param>
    /// <returns>True for the four convolutions.</returns>
    public static bool IsParameterised(this CellOperation operation) => operation >= CellOperation.SepConv3x3;

    /// <summary>Whether the operation is one of the two pools.</summary>
    /// <param name="operation">One of the seven operations.</param>
    /// <returns>True for <see cref="CellOperation.MaxPool3x3"/> and <see cref="CellOperation.AvgPool3x3"/>.</returns>
    public static bool IsPool(this CellOperation operation) =>
        operation is CellOperation.MaxPool3x3 or CellOperation.AvgPool3x3;
}
