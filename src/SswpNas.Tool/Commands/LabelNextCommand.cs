using System.CommandLine;
using Microsoft.ML;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;
using SswpNasTool.Images;
using SswpNasTool.Models;
using static SswpNas.MLNet.Examples.CheckedOption;

namespace SswpNasTool.Commands;

/// <summary><c>label-next</c>: the images that are worth a label, and a page to label them in.</summary>
internal sealed class LabelNextCommand : ToolCommand
{
    private const string GalleryName = "label-next.html";

    private readonly Argument<string> _model = NameArgument("MODEL", "A model.zip, or a folder that train wrote");

    private readonly Argument<string> _data = NameArgument("DATA", "Images and labels, as train takes them; those in class folders have a label already");

    private readonly Option<int?> _count = Number<int>("--count", "How many images to suggest", "1 to 10000", n => n is >= 1 and <= 10_000, 40);

    private readonly Option<string[]> _labels = new("--labels")
    {
        Description = "CSV files of labels that there are besides, with the columns ImagePath and Label",
        HelpName = "CSV",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _output = Text("--output", "DIR", $"Folder for {GalleryName}, which is replaced", "a folder", IsName, "sswpnas-labels");

    public LabelNextCommand()
        : base("label-next", "Suggests images to label next, those that the model is unsure of, that differ and that stand for many others, and writes a page in which to label them; its button saves labels.csv for train --labels.",
            "sswpnas label-next sswpnas-output parts --count 40")
    {
        Arguments.Add(_model);
        Arguments.Add(_data);
        foreach (Option option in (Option[])[_count, _labels, _output]) Options.Add(option);
    }

    protected override ToolAnswer Run(ParseResult parsed, CancellationToken cancel)
    {
        MLContext ml = new();
        using SavedModel model = SavedModel.Load(ml, parsed.GetValue(_model)!);
        ImageSet set = new ImageSetReader(ml, Console.Error.WriteLine).Read(parsed.GetValue(_data)!, parsed.GetValue(_labels) ?? []);
        cancel.ThrowIfCancellationRequested();
        bool hasLabels = set.Labelled > 0;
        IDataView images = hasLabels
            ? set.View(ml)
            : ml.Data.LoadFromEnumerable<SavedModel.PathRow>([.. set.Paths.Select(path => new SavedModel.PathRow { ImagePath = path })]);
        LabelSuggestions suggestions = ml.SswpNas().SuggestLabels(
            model.Transformer, images, parsed.GetValue(_count)!.Value, new SuggestionOptions
            {
                LabelColumnName = hasLabels ? "Label" : null,
                Progress = new ScoredLines(),
                CancellationToken = cancel,
            });
        string page = Path.Combine(Directory.CreateDirectory(parsed.GetValue(_output)!).FullName, GalleryName);
        suggestions.WriteGallery(page);
        return Answer(set, suggestions, page);
    }

    private static ToolAnswer Answer(ImageSet set, LabelSuggestions suggestions, string page) => new(
        ConsoleRun.Done,
        new Dictionary<string, object?>
        {
            ["images"] = suggestions.Images.Select(image => new { image.ImagePath, image.PredictedClass, image.Probability, image.Margin }).ToArray(),
            ["leftOut"] = suggestions.LeftOut.Select(image => new { image.ImagePath, image.LooksLikePath }).ToArray(),
            ["unlabelled"] = set.Unlabelled,
            ["page"] = page,
        },
        [
            $"{suggestions.Images.Count} of {set.Unlabelled} images without a label are suggested; {suggestions.LeftOut.Count} more look like another one and are left out.",
            $"Open {page} in a browser, label them and save labels.csv; then give it to 'sswpnas train' with --labels.",
        ]);

    // A line every few seconds, from the thread that scores.
    private sealed class ScoredLines : IProgress<SuggestionProgress>
    {
        private static readonly TimeSpan _between = TimeSpan.FromSeconds(5);

        private TimeSpan _said;

        public void Report(SuggestionProgress value)
        {
            if (value.Elapsed - _said < _between) return;
            _said = value.Elapsed;
            string left = value.Remaining is TimeSpan remaining ? $" of {value.Rows} images, {Clock.Of(remaining)} left" : " images";
            Console.Error.WriteLine($"Scored {value.Scored}{left}.");
        }
    }
}
