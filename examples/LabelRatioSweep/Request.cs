namespace RatioSweep;

/// <summary>What the command line asks for; null stands for what the folder has, or else for the scale's default.</summary>
internal sealed record Request
{
    public required string Output { get; init; }

    public string? Scale { get; init; }

    public string? Data { get; init; }

    public string? TestData { get; init; }

    public double[]? Ratios { get; init; }

    public int[]? Seeds { get; init; }

    public string? Device { get; init; }

    public int? Threads { get; init; }

    /// <summary>Processes of a run.</summary>
    public int Parallel { get; init; } = 1;

    /// <summary>The only cell of a run.</summary>
    public int? Cell { get; init; }

    public bool RetryFailed { get; init; }

    /// <summary>Whether a merge may lack cells.</summary>
    public bool Partial { get; init; }

    /// <summary>Whether a plan is the number of cells only.</summary>
    public bool Count { get; init; }
}
