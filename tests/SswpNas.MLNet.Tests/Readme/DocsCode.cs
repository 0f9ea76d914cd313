using Microsoft.ML;

namespace SswpNas.MLNet.Tests.Readme;

/// <summary>The code of docs/: what stands between markers here stands there, line by line.</summary>
internal static class DocsCode
{
    public static (SearchOptions Search, FineTuneOptions FineTune) Workstation()
    {
        // <workstation>
        SearchOptions search = SearchOptions.Laptop with
        {
            InitialChannels = 16,
            Cells = 5,
            Epochs = 200,
            BatchSize = 128,
            Seed = 1,
            Checkpoints = new CheckpointOptions { Folder = "checkpoints/search" },
        };
        FineTuneOptions fineTune = FineTuneOptions.Laptop with
        {
            Epochs = 100,
            LearningRates = [0.01, 0.03, 0.1],    // the best one on a fifth of the labels
            EarlyStoppingPatience = 15,
            Seed = 1,
        };
        // </workstation>
        return (search, fineTune);
    }

    public static SearchOptions[] Kinds(SearchOptions search)
    {
        // <kinds>
        SearchOptions parts = search with { Views = search.Views with { Rotate90Probability = 0.75 } };
        SearchOptions letters = search with { Views = search.Views with { FlipProbability = 0 } };
        SearchOptions stains = search with { Views = search.Views with { JitterProbability = 0.3, GrayscaleProbability = 0 } };
        SearchOptions details = search with { Views = search.Views with { MinimumCropArea = 0.5 } };
        // </kinds>
        return [parts, letters, stains, details];
    }

    public static void Confidence(ConcomitantFineTuneTransformer model)
    {
        // <confidence>
        Console.WriteLine(model.Calibration);    // temperature, images, calibration error before and after
        // </confidence>
    }

    public static ConcomitantFineTuneTransformer Calibrating(
        SswpNasCatalog sswp, ConcomitantFineTuneTransformer model, IDataView crossValidated)
    {
        // <calibrating>
        ConcomitantFineTuneTransformer scaled = sswp.Calibrate(model, crossValidated);    // Label and Score of every labelled image
        // </calibrating>
        return scaled;
    }

    public static FineTuneOptions Rejecting()
    {
        // <rejecting>
        FineTuneOptions options = FineTuneOptions.Laptop with
        {
            Unlabelled = UnlabelledImages.PseudoLabels,
            Rejection = new RejectionOptions { Precision = 0.9, KnownShare = 0.98 },
        };
        // </rejecting>
        return options;
    }

    public static void Labelling(SswpNasCatalog sswp, Microsoft.ML.ITransformer model, Microsoft.ML.IDataView images)
    {
        // <labelling>
        LabelSuggestions next = sswp.SuggestLabels(model, images, count: 40);
        next.WriteGallery("gallery.html");
        // </labelling>
    }

    public static FineTuneOptions PseudoLabels()
    {
        // <pseudo-labels>
        FineTuneOptions options = FineTuneOptions.Laptop with { Unlabelled = UnlabelledImages.PseudoLabels };
        // </pseudo-labels>
        return options;
    }

    public static (SswpNasSearchEstimator Search, FineTuneOptions FineTune) Taught(SswpNasCatalog sswp, SearchOptions searchOptions)
    {
        // <taught>
        var search = sswp.Search(options: searchOptions, teacherColumnName: "TeacherFeatures");
        FineTuneOptions options = FineTuneOptions.Laptop with
        {
            Unlabelled = UnlabelledImages.Teacher,
            TeacherColumnName = "TeacherFeatures",
        };
        // </taught>
        return (search, options);
    }

    public static SearchOptions Remaining()
    {
        // <remaining>
        SearchOptions search = SearchOptions.Laptop with
        {
            Progress = new Progress<SearchProgress>(p => Console.WriteLine($"epoch {p.Epoch} of {p.Epochs}, {p.Remaining:hh\\:mm} left")),
        };
        // </remaining>
        return search;
    }

    public static SearchOptions SeveralProcesses()
    {
        // <ranks>
        using Ranks ranks = Ranks.FromLauncher();
        SearchOptions options = SearchOptions.Laptop with { Ranks = ranks, Seed = 1 };
        // </ranks>
        return options;
    }
}
