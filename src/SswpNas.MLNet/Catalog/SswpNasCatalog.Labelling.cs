using SswpNas.MLNet.Labelling;

namespace SswpNas.MLNet;

public sealed partial class SswpNasCatalog
{
    /// <summary>
    /// Suggests images to label next: those that a model is unsure of, that differ from one another and from those with a label, and that
    /// stand for many others (uncertainty herding, Bae et al., ICLR 2025). Images that look like one with a label, or like one that is
    /// suggested already, are left out and named.
    /// </summary>
    /// <remarks>
    /// The data are scored and read once. Each row's features and probabilities are held in memory. Of more than 4,000 images without a
    /// label, 4,000 random ones stand for all, those that the model is unsure of more often; any may be suggested. Labels that are chosen
    /// so are no random sample: set <see cref="SemiSupervisedOptions.AlignDistribution"/> to false if their classes are not as frequent as those of
    /// the images, and keep a random part of the labels for a test.
    /// </remarks>
    /// <param name="model">A model that gives predicted labels and probabilities, fine-tuned on the labels there are.</param>
    /// <param name="data">All images, as the model takes them; rows with a label are not suggested.</param>
    /// <param name="count">How many to suggest, at least 1; fewer where there are not so many.</param>
    /// <param name="options">Which columns are read; null takes the defaults.</param>
    /// <returns>The images, best first.</returns>
    /// <exception cref="ArgumentException">A column is missing or of another type, or options cannot be used.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    /// <exception cref="InvalidDataException">
    /// A score is not in 0 to 1, features are NaN or infinite or of another length than the first row's, or every row has a label.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled by <see cref="SuggestionOptions.CancellationToken"/>.</exception>
    public LabelSuggestions SuggestLabels(ITransformer model, IDataView data, int count, SuggestionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        options ??= new SuggestionOptions();
        OptionCheck.ThrowIfAny(options.Problems(), "The suggestion's options");
        using RunLog log = new(Context, "SuggestLabels", "Suggest");
        SuggestionReading reading = new(model.Transform(data), options, log);
        List<ScoredImage> all = reading.Read();
        if (all.TrueForAll(c => c.HasLabel))
        {
            throw new InvalidDataException(
                $"All {all.Count} rows have a label in '{options.LabelColumnName}'; rows without one (key 0) were expected. Give the images that nobody has labelled.");
        }

        SuggestionChoice choice = new(all, options);
        if (choice.IsSureOfAll) log.Warn("The model is sure of every image: those that differ most are suggested, whatever its confidence.");
        List<ScoredImage> chosen = choice.Choose(count);
        log.Info($"{chosen.Count} of {all.Count(c => !c.HasLabel)} images without a label are suggested, {choice.LeftOut.Count} look like another one and are left out.");
        return new LabelSuggestions(
            reading.ClassNames,
            [.. chosen.Select(c => new LabelSuggestion(c.Row, c.Path, reading.ClassNames[c.Class], c.Probability, c.Margin))],
            [.. choice.LeftOut.Select(pair => new LabelDuplicate(pair.Image.Row, pair.Image.Path, pair.Other.Row, pair.Other.Path))]);
    }
}
