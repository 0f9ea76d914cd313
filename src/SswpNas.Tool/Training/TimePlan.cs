using SswpNas.MLNet;
using SswpNasTool.Images;

namespace SswpNasTool.Training;

/// <summary>Chooses sizes and lengths: those of the presets, or those that fit the time that was given, by a measurement.</summary>
/// <param name="request">What the command line asks for.</param>
/// <param name="set">The images.</param>
/// <param name="measure">How fast this machine trains with settings.</param>
/// <param name="say">Tells the user.</param>
internal sealed class TimePlan(TrainRequest request, ImageSet set, Func<TrainSettings, Speed> measure, Action<string> say)
{
    // A run without --minutes.
    private const int UsualEpochs = 200;
    private const int UsualFolds = 5;
    private const int LargestUsualCellSide = 48;    // twice the work of 32

    private const int FewestEpochs = 20;
    private const int FewestSteps = 100;
    private const int FewestImages = 40;
    private const int FewFolds = 3;
    private const double LongestFactor = 4;
    private const double MinutesForAllFolds = 15;
    private const double ForTheRest = 0.1;    // reading, scoring, writing
    private const double PartOfPlainStep = 0.4;    // a step on labels alone, of one with images without a label

    private static readonly int[] _channels = [16, 8];

    private FineTuneOptions FineTune => request.Smoke ? FineTuneOptions.Smoke : FineTuneOptions.Laptop;

    /// <summary>The settings, said before they are used.</summary>
    /// <param name="elapsed">How much of the time is gone.</param>
    public TrainSettings Choose(Func<TimeSpan> elapsed)
    {
        int[] sizes = request.ImageSize is int size ? [size] : Sizes();
        if (sizes[0] >= Recipe.SmallestForStrides && Recipe.Stem(sizes[0]) == StemKind.Cifar)
            say($"Warning: the network works at the full size of {sizes[0]} x {sizes[0]} pixels, which is slow. Multiples of 16 from {Recipe.SmallestForStrides} on are reduced to a quarter of the side first.");
        TrainSettings usual = Usual(sizes[0]);
        if (request.Smoke)
        {
            say("--smoke: the shortest run there is, to see that all works. The model is of no use.");
            return usual;
        }

        if (request.Minutes is double minutes) return Fitting(usual, sizes, minutes, elapsed);
        say($"Without --minutes: {Words(usual)}.");
        return usual;
    }

    private TrainSettings Usual(int imageSize)
    {
        SearchOptions search = request.Smoke ? SearchOptions.Smoke : SearchOptions.Laptop;
        int batch = Batch(search);
        if (batch < search.BatchSize) say($"A step of the search takes {batch} images instead of {search.BatchSize}, as there are {set.Paths.Length} in all.");
        int folds = Math.Min(set.Fewest, request.Smoke ? 2 : UsualFolds);
        return new TrainSettings
        {
            Request = request.Identity(),
            ImageSize = imageSize,
            Stem = Recipe.Stem(imageSize),
            Channels = search.InitialChannels,
            Epochs = request.Smoke ? search.Epochs : UsualEpochs,
            BatchSize = batch,
            FineTuneEpochs = FineTune.Epochs,
            LabelSteps = FineTune.MinimumSteps,
            // A teacher has more to say than the labels.
            UnlabelledSteps = FineTune.SemiSupervised.Steps * (request.Teacher is null || request.Smoke ? 1 : 3),
            Folds = folds,
        };
    }

    private int Batch(SearchOptions search)
    {
        int images = set.Paths.Length;
        if (images < FewestImages)
            throw new InvalidDataException($"There are {images} images that can be used; at least {FewestImages}, better 400 or more, were expected, most of them without a label.");
        int alphas = (int)Math.Round(images * search.ArchitectureFraction);
        return Math.Min(search.BatchSize, Math.Min(alphas, images - alphas));
    }

    /// <summary>The sizes to choose among, the largest first.</summary>
    private int[] Sizes()
    {
        int side = ImageSides.Median(set.Paths);
        int[] sizes = ImageSides.For(side);
        if (request.Smoke) sizes = [ImageSides.Sizes[0]];
        // A smaller size that costs more has nothing for it.
        else sizes = [.. sizes.Where((size, i) => sizes.Take(i).All(larger => Recipe.CellSide(size) < Recipe.CellSide(larger)))];
        if (request.Minutes is null) sizes = [.. sizes.Where(size => Recipe.CellSide(size) <= LargestUsualCellSide)];
        say($"The smaller side of the images has {side} pixels (median): they are brought to {sizes[0]} x {sizes[0]}"
            + (request.Minutes is null || sizes.Length == 1 ? "." : ", or to fewer pixels where the time does not suffice."));
        return sizes;
    }

    private TrainSettings Fitting(TrainSettings usual, int[] sizes, double minutes, Func<TimeSpan> elapsed)
    {
        say("Measuring how fast this machine is ...");
        TrainSettings settings = At(sizes[^1], usual) with { Folds = minutes < MinutesForAllFolds ? Math.Min(FewFolds, usual.Folds) : usual.Folds };
        Speed speed = measure(settings);
        (int Size, int Channels)[] choices = [.. sizes.SelectMany(size => _channels.Select(channels => (size, channels)))];
        (int Size, int Channels) choice = choices.FirstOrDefault(
            c => Factor(speed.At(c.Size, c.Channels), settings, Left()) >= 1, choices[^1]);
        if (choice != (settings.ImageSize, settings.Channels))
        {
            settings = At(choice.Size, settings) with { Channels = choice.Channels };
            speed = measure(settings);
        }

        double factor = Factor(speed, settings, Left());
        settings = Scaled(settings, Math.Min(factor, LongestFactor));
        say(FormattableString.Invariant(
            $"For {minutes} minutes: {Words(settings)}; some {Cost(speed, settings) / 60:F1} minutes from here, by {1000 * speed.Search:F1} ms an image and epoch of the search and {1000 * speed.Step:F0} ms a step of the fine-tuning."));
        if (factor > LongestFactor) say("More time than is useful: the run ends earlier.");
        if (Cost(speed, settings) > 1.1 * Left()) say("The time does not suffice for the shortest useful run: it takes longer.");
        return settings;

        double Left() => ((minutes * 60) - elapsed().TotalSeconds) * (1 - ForTheRest);
    }

    private static TrainSettings At(int imageSize, TrainSettings settings) =>
        settings with { ImageSize = imageSize, Stem = Recipe.Stem(imageSize) };

    private static TrainSettings Scaled(TrainSettings usual, double factor) => usual with
    {
        Epochs = Math.Max(FewestEpochs, (int)(usual.Epochs * factor)),
        UnlabelledSteps = Math.Max(FewestSteps, (int)(usual.UnlabelledSteps * factor)),
        FineTuneEpochs = Math.Max(5, (int)(usual.FineTuneEpochs * Math.Min(1, factor))),
        LabelSteps = Math.Max(FewestSteps, (int)(usual.LabelSteps * Math.Min(1, factor))),
    };

    /// <summary>By how much the usual lengths can be multiplied.</summary>
    private double Factor(Speed speed, TrainSettings usual, double seconds)
    {
        (double growing, double trials) = Parts(speed, usual);
        double factor = seconds / (growing + trials);
        return factor <= 1 ? Math.Max(0, factor) : (seconds - trials) / growing;
    }

    private double Cost(Speed speed, TrainSettings settings)
    {
        (double growing, double trials) = Parts(speed, settings);
        return growing + trials;
    }

    /// <summary>Seconds of what a longer run has more of, and of the choice among learning rates.</summary>
    private (double Growing, double Trials) Parts(Speed speed, TrainSettings settings)
    {
        bool isPlain = set.Unlabelled == 0;
        double plain = speed.Step * (isPlain ? 1 : PartOfPlainStep);
        int perEpoch = (int)Math.Ceiling((double)set.Labelled / FineTune.BatchSize);
        double run = plain * Math.Max(settings.LabelSteps, settings.FineTuneEpochs * perEpoch);
        double search = settings.Epochs * set.Paths.Length * speed.Search, trials = FineTune.LearningRates.Count * run;
        return isPlain
            ? (search, trials + ((1 + settings.Folds) * run))
            : (search + ((1 + settings.Folds) * settings.UnlabelledSteps * speed.Step), trials);
    }

    private string Words(TrainSettings s)
    {
        string tuning = set.Unlabelled == 0
            ? $"fine-tunings of {s.FineTuneEpochs} epochs, {s.LabelSteps} steps at least" : $"fine-tunings of {s.UnlabelledSteps} steps";
        string stem = s.Stem == StemKind.Strided ? " that reduces them to a quarter of the side first" : "";
        return $"images of {s.ImageSize} x {s.ImageSize} pixels, a network of {s.Channels} channels{stem}, a search of {s.Epochs} epochs, {tuning}, {s.Folds}-fold cross-validation";
    }
}
