using System.Text.Json.Serialization;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

namespace SswpNasTool.Training;

/// <summary>What was chosen for a run. Kept beside its checkpoints, so that a stopped run goes on with the same.</summary>
internal sealed record TrainSettings
{
    private const string FileName = "settings.json";

    /// <summary>The command that they were chosen for (<see cref="TrainRequest.Identity"/>).</summary>
    public required string Request { get; init; }

    /// <summary>Side of the images in pixels.</summary>
    public required int ImageSize { get; init; }

    /// <summary>What the network does to an image first.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<StemKind>))]
    public required StemKind Stem { get; init; }

    /// <summary>Width of the network's first cell.</summary>
    public required int Channels { get; init; }

    /// <summary>Epochs of the search.</summary>
    public required int Epochs { get; init; }

    /// <summary>Images of a step of the search.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Epochs of a fine-tuning on labels alone.</summary>
    public required int FineTuneEpochs { get; init; }

    /// <summary>Its steps at least.</summary>
    public required int LabelSteps { get; init; }

    /// <summary>Steps of a fine-tuning with images without a label.</summary>
    public required int UnlabelledSteps { get; init; }

    /// <summary>Parts of the labels, each named by a model that has not learnt from it.</summary>
    public required int Folds { get; init; }

    /// <summary>The settings of a run that was stopped; null where there is none.</summary>
    /// <param name="checkpoints">The folder of its checkpoints.</param>
    /// <param name="request">The command now.</param>
    /// <exception cref="UsageException">The run was of another command.</exception>
    public static TrainSettings? OfStoppedRun(string checkpoints, TrainRequest request)
    {
        string path = Path.Combine(checkpoints, FileName);
        if (!File.Exists(path)) return null;
        TrainSettings settings;
        try
        {
            settings = JsonSerializer.Deserialize<TrainSettings>(File.ReadAllText(path)) ?? throw new JsonException("It is null.");
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"'{path}' is damaged ({problem.Message}); the settings of a stopped run were expected. Remove '{checkpoints}' to start over.", problem);
        }

        return settings.Request == request.Identity()
            ? settings
            : throw new UsageException(
                $"'{checkpoints}' is of a run that was stopped, with other arguments: {OneLine(settings.Request)}. They are now {OneLine(request.Identity())}. "
                + "Give the same again, choose another --output, or remove that folder to start over.");
    }

    public void Keep(string checkpoints)
    {
        Directory.CreateDirectory(checkpoints);
        NewFile.WriteText(Path.Combine(checkpoints, FileName), JsonSerializer.Serialize(this));
    }

    private static string OneLine(string json) => string.Join(' ', json.Split('\n', StringSplitOptions.TrimEntries));
}
