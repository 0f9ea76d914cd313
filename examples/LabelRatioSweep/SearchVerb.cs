using Microsoft.ML;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

namespace RatioSweep;

/// <summary>
/// One search and one pre-training for all cells. Run again after a fault, it goes on from its last checkpoint; a result that
/// is there is kept.
/// </summary>
internal static class SearchVerb
{
    private const int Seed = 1;

    public static int Run(Request request, CancellationToken cancel)
    {
        OutputFolder folder = new(request.Output);
        Settings settings = Settings.Of(request, folder);
        folder.Prepare();
        MLContext ml = OpenedSweep.Context();
        Console.WriteLine("Reading images ...");
        SweepImages images = SweepImages.Load(ml, settings);
        Console.WriteLine($"Images: {images.Description}");
        ml.SswpNas().CheckSweepLabels(images.Labelled, OpenedSweep.Options(settings, request));
        settings.Write(folder);

        SearchOptions options = Options(settings, request, cancel);
        SearchResult found = Search(ml, images.Train, options, folder);
        Pretrain(ml, images.Train, found, options, folder);
        Console.WriteLine($"{OpenedSweep.Options(settings, request).Cells().Count} cells can be run now.");
        return ConsoleRun.Done;
    }

    private static SearchResult Search(MLContext ml, IDataView train, SearchOptions options, OutputFolder folder)
    {
        if (Directory.Exists(folder.SearchResult))
        {
            Console.WriteLine($"The search is done: {folder.SearchResult}");
            return SearchResult.Load(folder.SearchResult);
        }

        CheckpointOptions checkpoints = new() { Folder = folder.Checkpoints("search") };
        using SswpNasSearchTransformer found =
            ml.SswpNas().Search(options: options with { Checkpoints = checkpoints }).Fit(train);
        found.Result.Save(folder.SearchResult);
        Directory.Delete(checkpoints.Folder, recursive: true);
        return found.Result;
    }

    private static void Pretrain(
        MLContext ml, IDataView train, SearchResult found, SearchOptions options, OutputFolder folder)
    {
        if (Directory.Exists(folder.PretrainResult))
        {
            Console.WriteLine($"The pre-training is done: {folder.PretrainResult}");
            return;
        }

        PretrainOptions pretraining = PretrainOptions.From(options) with
        {
            Checkpoints = new CheckpointOptions { Folder = folder.Checkpoints("pre-training") },
            Progress = new Lines().Pretrain,
            CancellationToken = options.CancellationToken,
        };
        using SimClrPretrainTransformer trained = ml.SswpNas().Pretrain(options: pretraining, searchResult: found).Fit(train);
        trained.Result.Save(folder.PretrainResult);
        Directory.Delete(Path.GetDirectoryName(folder.Checkpoints("pre-training"))!, recursive: true);
    }

    private static SearchOptions Options(Settings settings, Request request, CancellationToken cancel)
    {
        SearchOptions scale = Scale.Of(settings.Scale).Search;
        return scale with
        {
            // The repository's parts lie in any direction.
            Views = settings.Data is null ? scale.Views with { Rotate90Probability = 0.75 } : scale.Views,
            Seed = Seed,
            Device = settings.Device,
            Threads = request.Threads,
            Progress = new Lines().Search,
            CancellationToken = cancel,
        };
    }
}
