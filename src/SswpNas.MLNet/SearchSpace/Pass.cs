namespace SswpNas.MLNet.SearchSpace;

/// <summary>What one pass through a network is for: how batch norm computes, and which gradients are found.</summary>
internal sealed record Pass
{
    /// <summary>A step of the weights.</summary>
    public static Pass WeightStep { get; } = new() { Training = true, UpdateStatistics = true, WeightGradients = true };

    /// <summary>A step of the architecture (section 3.2), which needs no gradient of a weight.</summary>
    public static Pass ArchitectureStep { get; } = new() { Training = true, UpdateStatistics = true, GateGradients = true };

    /// <summary>A look at a batch by its own statistics; nothing moves.</summary>
    public static Pass BatchStatistics { get; } = new() { Training = true };

    /// <summary>For nothing but the running statistics, from which the network is scored in the end.</summary>
    public static Pass StatisticsUpdate { get; } = new() { Training = true, UpdateStatistics = true, FullPrecision = true };

    /// <summary>By running statistics.</summary>
    public static Pass Evaluation { get; } = new() { FullPrecision = true };

    /// <summary>Batch statistics are used; otherwise running ones, and nothing is kept for a backward pass.</summary>
    public bool Training { get; private init; }

    /// <summary>Whether running statistics move (in training).</summary>
    public bool UpdateStatistics { get; private init; }

    /// <summary>Whether the backward pass finds the gradients of the weights in use.</summary>
    public bool WeightGradients { get; init; }

    /// <summary>Whether it finds the gradients of the gates that are asked for.</summary>
    public bool GateGradients { get; private init; }

    /// <summary>Computed in 32 bits, whatever the precision of training.</summary>
    public bool FullPrecision { get; private init; }

    /// <summary>Drop path, or null for none.</summary>
    public DropPath? DropPath { get; init; }
}
