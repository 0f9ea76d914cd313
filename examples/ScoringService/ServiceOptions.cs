using System.ComponentModel;
using Microsoft.ML.Transforms.Image;
using SswpNas.MLNet.Examples;

namespace ScoringService;

/// <summary>
/// The model and the limits. Each can be set on the command line (<c>--max-files 8</c>), in the environment
/// (<c>Scoring__MaxFiles=8</c>) and in appsettings.json (section Scoring), the former before the latter.
/// </summary>
internal sealed record ServiceOptions
{
    private const string Section = "Scoring";

    [Description("The model.onnx that Quickstart or ExportToOnnx wrote; a new one in its place is loaded while the service runs")]
    public string Model { get; init; } = "model.onnx";

    [Description("Seconds between two looks at the model file, 0.01 to 3600")]
    public double PollSeconds { get; init; } = 2;

    [Description("How an image comes to the network's size: IsoCrop (cut), IsoPad (black borders) or Fill (stretched), as the "
        + "ResizeImages of the training")]
    public ImageResizingEstimator.ResizingKind Resizing { get; init; } = ImageResizingEstimator.ResizingKind.IsoCrop;

    [Description("Threads of a run of the network, 0 (all cores) to 1024")]
    public int Threads { get; init; }

    [Description("Images that the network gets at once, at most, 1 to 1024")]
    public int BatchImages { get; init; } = 32;

    [Description("Milliseconds that an image waits for others, 0 to 1000; with 0 a batch is what came during the last one")]
    public double BatchMilliseconds { get; init; }

    [Description("Bytes of a request, 1024 to 1 GiB")]
    public long MaxRequestBytes { get; init; } = 16 << 20;

    [Description("Images of a request, 1 to 10000")]
    public int MaxFiles { get; init; } = 32;

    [Description("Pixels that an image may declare, 1 to 500 million")]
    public long MaxPixels { get; init; } = 25_000_000;

    [Description("Requests under way at once, 1 to 100000")]
    public int MaxRequestsAtOnce { get; init; } = 64;

    [Description("Requests under way at once from one address, 1 to 100000")]
    public int MaxRequestsOfAddress { get; init; } = 20;

    [Description("MiB that the bytes of all uploads may take together, 16 to 65536; who comes beyond waits")]
    public int UploadMegabytes { get; init; } = 320;

    [Description("Requests a second from one address, 1 to 1 million")]
    public int RequestsPerSecond { get; init; } = 50;

    [Description("Requests from one address that may come at once after a pause, 1 to 1 million")]
    public int RequestBurst { get; init; } = 100;

    [Description("Seconds for a request, upload and answer, 0.01 to 3600")]
    public double RequestSeconds { get; init; } = 30;

    [Description("Seconds that requests under way have to end when the service is stopped, 0 to 50")]
    public double StopSeconds { get; init; } = 4;

    [Description("Seconds that a new model has to score two grey images, in a process of its own, 0.1 to 3600")]
    public double TrialSeconds { get; init; } = 20;

    [Description("MiB that it may take meanwhile, 128 to 65536")]
    public long TrialMegabytes { get; init; } = 1024;

    /// <summary>Reads the section and checks it.</summary>
    /// <exception cref="UsageException">A name is unknown or a value is not what it should be; the message lists all of them.</exception>
    public static ServiceOptions Of(IConfiguration configuration)
    {
        try
        {
            ServiceOptions options = configuration.GetSection(Section)
                .Get<ServiceOptions>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new ServiceOptions();
            options.Check();
            return options;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            throw new UsageException(e.InnerException is null ? e.Message : $"{e.Message} {e.InnerException.Message}");
        }
    }

    /// <summary>The name of an option in the configuration.</summary>
    public static string Key(string property) => $"{Section}:{property}";

    /// <exception cref="ArgumentException">Values are out of range; the message lists all of them.</exception>
    public void Check() => OptionCheck.ThrowIfAny(Problems(), "The service's options");

    private List<string> Problems()
    {
        List<string> found = [];
        OptionCheck check = new(found);
        if (string.IsNullOrWhiteSpace(Model) || Model.Contains('\0', StringComparison.Ordinal))
            found.Add($"{nameof(Model)} is '{Model}'; the path of a model.onnx was expected.");
        check.That(PollSeconds is >= 0.01 and <= 3600, nameof(PollSeconds), PollSeconds, "0.01 to 3600");
        check.Defined(Resizing, nameof(Resizing));
        check.That(Threads is >= 0 and <= 1024, nameof(Threads), Threads, "0 (all cores) to 1024");
        check.That(BatchImages is >= 1 and <= 1024, nameof(BatchImages), BatchImages, "1 to 1024");
        check.That(BatchMilliseconds is >= 0 and <= 1000, nameof(BatchMilliseconds), BatchMilliseconds, "0 to 1000");
        check.That(MaxRequestBytes is >= 1024 and <= 1 << 30, nameof(MaxRequestBytes), MaxRequestBytes, $"1024 to {1 << 30}");
        check.That(MaxFiles is >= 1 and <= 10_000, nameof(MaxFiles), MaxFiles, "1 to 10000");
        check.That(MaxPixels is >= 1 and <= 500_000_000, nameof(MaxPixels), MaxPixels, "1 to 500000000");
        check.That(MaxRequestsAtOnce is >= 1 and <= 100_000, nameof(MaxRequestsAtOnce), MaxRequestsAtOnce, "1 to 100000");
        check.That(MaxRequestsOfAddress is >= 1 and <= 100_000, nameof(MaxRequestsOfAddress), MaxRequestsOfAddress, "1 to 100000");
        check.That(UploadMegabytes is >= 16 and <= 65_536, nameof(UploadMegabytes), UploadMegabytes, "16 to 65536");
        check.That(TrialSeconds is >= 0.1 and <= 3600, nameof(TrialSeconds), TrialSeconds, "0.1 to 3600");
        check.That(TrialMegabytes is >= 128 and <= 65_536, nameof(TrialMegabytes), TrialMegabytes, "128 to 65536");
        check.That(RequestsPerSecond is >= 1 and <= 1_000_000, nameof(RequestsPerSecond), RequestsPerSecond, "1 to 1000000");
        check.That(RequestBurst is >= 1 and <= 1_000_000, nameof(RequestBurst), RequestBurst, "1 to 1000000");
        check.That(RequestSeconds is >= 0.01 and <= 3600, nameof(RequestSeconds), RequestSeconds, "0.01 to 3600");
        check.That(StopSeconds is >= 0 and <= 50, nameof(StopSeconds), StopSeconds, "0 to 50");
        return found;
    }
}
