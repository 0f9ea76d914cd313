using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

// CrossValidation [FOLDER] [--smoke]: FOLDER has a folder of images for each class.
(string[] arguments, bool smoke) = Page.Begin(args, "CrossValidation [FOLDER] [--smoke]", most: 1);
string folder = arguments.FirstOrDefault()
    ?? Path.Combine(EmbeddedData.Folder("Name a folder of class folders."), "train");
int labels = smoke ? 60 : 300;
SearchOptions searchOptions = smoke ? SearchOptions.Smoke : SearchOptions.Laptop with { Epochs = 40 };
FineTuneOptions fineTuneOptions = (smoke ? FineTuneOptions.Smoke : FineTuneOptions.Laptop) with
{
    LearningRates = [0.03],
    EarlyStoppingPatience = 8,    // the best epoch's weights, by a validation part of the fold's labels
};

MLContext ml = new(seed: 1);
SswpNasCatalog sswp = ml.SswpNas();
IDataView images = sswp.LoadImageFolder(folder);
var toPixels = Images.ToPixels(ml, size: 32).Fit(images);
IDataView all = ml.Data.Cache(toPixels.Transform(images), "Pixels", "Label");

// One search for all folds. It sees no label, so it cannot tell a fold what the others know.
using SswpNasSearchTransformer found = sswp.Search(options: searchOptions).Fit(all);
Console.WriteLine($"Searched on {Images.Count(all)} images in {found.Result.Seconds:F0} s.");

// Cross-validated: the images that have a label. Here we pretend that these are few.
IDataView fewLabels = sswp.MaskLabels(all, "Label", (double)labels / Images.Count(all), seed: 1);
IDataView labelled = ml.Data.FilterRowsByMissingValues(fewLabels, "Label");

foreach (WeightInitialization start in new[] { WeightInitialization.Concomitant, WeightInitialization.Random })
{
    FineTuneOptions options = fineTuneOptions with { Initialization = start };
    var folds = ml.MulticlassClassification.CrossValidate(
        labelled, sswp.FineTune("Label", "Pixels", options, found.Result), numberOfFolds: 5, seed: 1);
    foreach (TrainCatalogBase.CrossValidationResult<MulticlassClassificationMetrics> fold in folds)
    {
        Console.WriteLine($"{start}, fold {fold.Fold}: accuracy {fold.Metrics.MicroAccuracy:P1}, log-loss {fold.Metrics.LogLoss:F2}");
        (fold.Model as IDisposable)?.Dispose();
    }

    Console.WriteLine($"{start}, mean of {folds.Count} folds: accuracy {folds.Average(f => f.Metrics.MicroAccuracy):P1}");
}
