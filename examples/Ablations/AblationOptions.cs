namespace Ablations;

/// <summary>What the command line asks for; null stands for a default of the scale.</summary>
internal sealed record AblationOptions
{
    public required string Table { get; init; }

    public required string Scale { get; init; }

    public required int Seeds { get; init; }

    public required string? Data { get; init; }

    public required string? TestData { get; init; }

    public required int? Limit { get; init; }

    public required string Output { get; init; }

    /// <summary>Searches, pre-trainings and trainings that tables have in common.</summary>
    public required string Cache { get; init; }

    public required string Device { get; init; }

    public required int? Threads { get; init; }

    /// <summary>Say what the table would take, and stop.</summary>
    public required bool Estimate { get; init; }

    /// <summary>Start although it takes long.</summary>
    public required bool Yes { get; init; }

    public required string? Note { get; init; }

    /// <summary>The arguments as they came, for the head of the table.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }
}
