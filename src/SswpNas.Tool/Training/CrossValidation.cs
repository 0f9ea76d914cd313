using Microsoft.ML;
using Microsoft.VisualBasic.FileIO;
using ScoreImages;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

namespace SswpNasTool.Training;

/// <summary>An image of the fold that its model has not learnt from.</summary>
/// <param name="Path">The file.</param>
/// <param name="Fold">Its fold, from 1.</param>
/// <param name="Label">The class that somebody gave it.</param>
/// <param name="Predicted">The class that the model gave it.</param>
/// <param name="Probability">That class's probability, by the temperature of the model that was kept.</param>
internal sealed record CrossValidatedImage(string Path, int Fold, string Label, string Predicted, double Probability)
    : NamedImage(Path, Label, Predicted, Probability);

/// <summary>How good a model is, by its cross-validation.</summary>
/// <param name="Named">The rows with Label, PredictedLabel and Score.</param>
/// <param name="Images">The images.</param>
internal sealed record CrossValidation(IDataView Named, IReadOnlyList<CrossValidatedImage> Images)
{
    public const string FileName = "cross-validation.csv";

    private static readonly string[] _columns = ["path", "fold", "label", "predicted", "probability"];

    public NamedImages Summary => new(Images);

    /// <summary>Collects what the folds' models said.</summary>
    public static CrossValidation Of(MLContext ml, IDataView named, int folds, ConcomitantFineTuneTransformer tuned)
    {
        Dictionary<string, int> foldOf = CrossValidated.Folds(ml, named, folds)
            .SelectMany((paths, i) => paths.Select(path => (path, Fold: i + 1))).ToDictionary(pair => pair.path, pair => pair.Fold);
        return new CrossValidation(named, [.. NamedImage.Of(ml, named, tuned.ClassNames, tuned.Calibration!.Temperature)
            .Select(image => new CrossValidatedImage(image.Path, foldOf[image.Path], image.Label, image.Predicted, image.Probability))]);
    }

    public void Write(string file)
    {
        using CsvFile csv = new(file);
        csv.Write(_columns);
        foreach (CrossValidatedImage image in Images)
        {
            csv.Write([image.Path, image.Fold.ToString(CultureInfo.InvariantCulture), image.Label, image.Predicted,
                image.Probability.ToString("R", CultureInfo.InvariantCulture)]);
        }

        csv.Complete();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="UsageException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is another one, or damaged.</exception>
    public static IReadOnlyList<CrossValidatedImage> Read(string file)
    {
        if (!File.Exists(file)) throw new UsageException($"There is no '{file}'; a folder in which 'sswpnas train' ended was expected. Train first, or name the folder with --output.");
        using TextFieldParser parser = new(file) { Delimiters = [","], HasFieldsEnclosedInQuotes = true };
        List<CrossValidatedImage> images = [];
        bool isFirst = true;
        while (parser.ReadFields() is string[] fields)
        {
            bool isHead = isFirst && fields.SequenceEqual(_columns);
            isFirst = false;
            if (isHead) continue;
            if (fields.Length != _columns.Length || !int.TryParse(fields[1], CultureInfo.InvariantCulture, out int fold) || fold < 1
                || !double.TryParse(fields[4], CultureInfo.InvariantCulture, out double probability))
            {
                throw new InvalidDataException($"'{file}' has a row of other fields ({string.Join(", ", fields)}); {string.Join(", ", _columns)} were expected. Train again.");
            }

            images.Add(new CrossValidatedImage(fields[0], fold, fields[2], fields[3], probability));
        }

        return images.Count > 0 ? images : throw new InvalidDataException($"'{file}' has no rows; the labelled images of 'sswpnas train' were expected. Train again.");
    }
}
