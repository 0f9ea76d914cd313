using SswpNasTool.Commands;

namespace SswpNasTool.Training;

/// <summary>What the command line of <c>train</c> asks for; null leaves a choice to the tool.</summary>
internal sealed record TrainRequest
{
    /// <summary>A folder or a CSV file.</summary>
    public required string Data { get; init; }

    public required string Output { get; init; }

    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Labelled images that nothing learns from: a folder or a CSV file; null for none.</summary>
    public required string? TestData { get; init; }

    public required double? Minutes { get; init; }

    /// <summary>resnet18 or an ONNX file; null for no teacher.</summary>
    public required string? Teacher { get; init; }

    /// <summary>Side in pixels; null chooses by the files and the time.</summary>
    public required int? ImageSize { get; init; }

    /// <summary>The part of the named classes that is to be right; null names a class for every image.</summary>
    public required double? Precision { get; init; }

    public required int Seed { get; init; }

    public required int? Threads { get; init; }

    public required bool Smoke { get; init; }

    /// <summary>What has to be the same for a stopped run to go on.</summary>
    public string Identity() => ToolCommand.ToJson(new
    {
        data = Path.GetFullPath(Data),
        labels = Labels.Select(Path.GetFullPath),
        Minutes,
        Teacher,
        ImageSize,
        Precision,
        Seed,
        Smoke,
    });
}
