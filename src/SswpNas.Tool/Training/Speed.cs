using Microsoft.ML;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;
using SswpNasTool.Images;

namespace SswpNasTool.Training;

/// <summary>How fast this machine trains a network of one size, measured.</summary>
/// <param name="ImageSize">Side of the images in pixels.</param>
/// <param name="Channels">Width of the network.</param>
/// <param name="Search">Seconds that an image takes in an epoch of the search.</param>
/// <param name="Step">Seconds of a step of the fine-tuning that there will be.</param>
internal sealed record Speed(int ImageSize, int Channels, double Search, double Step)
{
    // The fewest epochs with all phases of a search in the proportions of a long one.
    private const int Epochs = 20;
    private const int Steps = 30;

    // Doubling the channels more than doubles the work, and does not quite quadruple it (docs/time.md).
    private const double PowerOfChannels = 1.6;

    /// <summary>A guess for another size, by the pixels and the channels.</summary>
    public Speed At(int imageSize, int channels)
    {
        double factor = Math.Pow((double)Recipe.CellSide(imageSize) / Recipe.CellSide(ImageSize), 2) * Math.Pow((double)channels / Channels, PowerOfChannels);
        return new Speed(imageSize, channels, Search * factor, Step * factor);
    }

    /// <summary>Searches and fine-tunes on some of the images for some seconds; nothing of it is kept.</summary>
    public static Speed Measure(MLContext ml, ImageSet set, Recipe recipe, CancellationToken cancel)
    {
        TrainSettings settings = recipe.Settings;
        int[] rows = [.. Rows(set, recipe.Search(null, null, cancel))];
        IDataView images = set.View(ml, rows);
        IDataView pixels = ml.Data.Cache(Pixels.Of(ml, settings.ImageSize).Fit(images).Transform(images), "Pixels", "Label");
        List<(int Step, TimeSpan Elapsed)> told = [];
        SearchOptions search = recipe.Search(
            new Told<SearchProgress>(p => told.Add((((p.Epoch - 1) * p.Steps) + p.Step, p.Elapsed))), null, cancel) with
        { Epochs = Epochs };
        using SswpNasSearchTransformer found = ml.SswpNas().Search(options: search).Fit(pixels);
        // From the first step on: what comes before it does not grow with the epochs.
        double seconds = (told[^1].Elapsed - told[0].Elapsed).TotalSeconds / (told[^1].Step - told[0].Step) * told[^1].Step / Epochs;
        return new Speed(settings.ImageSize, settings.Channels, seconds / rows.Length, StepOf(ml, recipe, pixels, found.Result, cancel));
    }

    private static double StepOf(MLContext ml, Recipe recipe, IDataView pixels, SearchResult found, CancellationToken cancel)
    {
        TimeSpan elapsed = default;
        FineTuneOptions options = recipe.Chosen(0.03, new Told<FineTuneProgress>(p => elapsed = p.Elapsed), null, cancel);
        options = options with
        {
            Epochs = 1,
            WarmUpEpochs = 0,
            MinimumSteps = Steps,
            Unlabelled = recipe.HasUnlabelled ? UnlabelledImages.PseudoLabels : UnlabelledImages.Ignore,
            TeacherColumnName = null,
            SemiSupervised = options.SemiSupervised with { Steps = Steps },
        };
        using ConcomitantFineTuneTransformer tuned = ml.SswpNas().FineTune("Label", "Pixels", options, found).Fit(pixels);
        return elapsed.TotalSeconds / Steps;
    }

    /// <summary>Two labelled images of each class, then whatever fills two batches.</summary>
    private static IEnumerable<int> Rows(ImageSet set, SearchOptions search)
    {
        int count = (int)Math.Ceiling(2 * search.BatchSize / (1 - search.ArchitectureFraction));
        count = Math.Max(count, (int)Math.Ceiling(search.BatchSize / search.ArchitectureFraction));
        IEnumerable<int> all = Enumerable.Range(0, set.Paths.Length);
        int[] first = [.. set.LabelledRows.GroupBy(i => set.Labels[i]).SelectMany(group => group.Take(2))];
        return first.Concat(all.Except(first).OrderBy(i => set.Labels[i] != ImageSet.Missing)).Take(Math.Max(count, first.Length));
    }
}
