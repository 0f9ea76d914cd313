using Microsoft.ML;
using Microsoft.ML.Runtime;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

namespace RatioSweep;

/// <summary>A sweep whose search is done: the folder, the images, and what is to be run.</summary>
internal sealed record OpenedSweep(MLContext Ml, SweepImages Images, SearchResult Search, LabelRatioSweep Sweep)
{
    /// <exception cref="UsageException">The search is missing, or the folder is of other options.</exception>
    public static OpenedSweep Open(Request request, CancellationToken cancel, IProgress<SweepProgress>? progress = null)
    {
        OutputFolder folder = new(request.Output);
        Settings settings = Settings.Of(request, folder);
        if (!folder.IsSearched)
        {
            throw new UsageException(
                $"The folder '{folder.Root}' holds no finished search; run 'search' with --output {request.Output} first.");
        }

        MLContext ml = Context();
        SearchResult search = SearchResult.Load(folder.SearchResult);
        PretrainResult pretraining = PretrainResult.Load(folder.PretrainResult);
        SweepImages images = SweepImages.Load(ml, settings);
        SweepOptions options = Options(settings, request) with
        {
            Folder = folder.Sweep,
            Progress = progress,
            CancellationToken = cancel,
        };
        LabelRatioSweep sweep = ml.SswpNas().LabelRatioSweep(images.Labelled, search, options, images.Test, pretraining);
        return new OpenedSweep(ml, images, search, sweep);
    }

    /// <summary>A context whose warnings about the sweep go to stderr.</summary>
    public static MLContext Context()
    {
        MLContext ml = new(seed: 1);
        ml.Log += (_, line) =>
        {
            if (line.Kind == ChannelMessageKind.Warning && line.Source.Contains(nameof(LabelRatioSweep), StringComparison.Ordinal))
                Console.Error.WriteLine($"Warning: {line.RawMessage}");
        };
        return ml;
    }

    /// <summary>The cells and how each is run.</summary>
    public static SweepOptions Options(Settings settings, Request request) => new()
    {
        Ratios = settings.Ratios,
        Seeds = settings.Seeds,
        FineTune = Scale.Of(settings.Scale).FineTune with
        {
            Device = settings.Device,
            Threads = request.Threads,
            Progress = new Lines().FineTune,
        },
        RetryFailed = request.RetryFailed,
    };
}
