using Microsoft.ML;
using Microsoft.ML.Trainers;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

// ChainSweep [FOLDER] [--smoke]: FOLDER has a folder of images for each class.
(string[] arguments, bool smoke) = Page.Begin(args, "ChainSweep [FOLDER] [--smoke]", most: 1);
string folder = arguments.FirstOrDefault()
    ?? Path.Combine(EmbeddedData.Folder("Name a folder of class folders."), "train");
SearchOptions searchOptions = smoke ? SearchOptions.Smoke : SearchOptions.Laptop with { Epochs = 40 };
double[] fractions = [0.9, 0.7, 0.5, 0.3, 0.1];
int[] seeds = [1, 2, 3];

MLContext ml = new(seed: 1);
SswpNasCatalog sswp = ml.SswpNas();
(IDataView train, IDataView test) = sswp.StratifiedSplit(sswp.LoadImageFolder(folder), "Label", testFraction: 0.2, seed: 1);
var toPixels = Images.ToPixels(ml, size: 32).Fit(train);

// What does not depend on the labels, once: the search, and the features of all images.
using SswpNasSearchTransformer encoder = sswp.Search(options: searchOptions).Fit(toPixels.Transform(train));
IDataView known = ml.Data.Cache(encoder.Transform(toPixels.Transform(train)), "Pixels", "Features", "Label");
IDataView unknown = ml.Data.Cache(encoder.Transform(toPixels.Transform(test)), "Pixels", "Features", "Label");

// The chains to compare: any estimators, as long as Evaluate can judge what comes out.
LbfgsMaximumEntropyMulticlassTrainer Linear(string column) =>
    ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Label", column);
Dictionary<string, IEstimator<ITransformer>> chains = new()
{
    ["features"] = ml.Transforms.NormalizeMeanVariance("Features").Append(Linear("Features")),
    ["pixels"] = ml.Transforms.NormalizeMinMax("Pixels").Append(Linear("Pixels")),
};

Console.WriteLine("chain,fraction,labels,seed,accuracy,logLoss");
foreach ((string name, IEstimator<ITransformer> chain) in chains)
{
    foreach (double fraction in fractions)
    {
        foreach (int seed in seeds)
        {
            // Nested, stratified: the labels of a smaller fraction are among those of a larger one of the same seed.
            IDataView masked = sswp.MaskLabels(known, "Label", fraction, seed);
            IDataView labelled = ml.Data.FilterRowsByMissingValues(masked, "Label");
            var metrics = ml.MulticlassClassification.Evaluate(chain.Fit(labelled).Transform(unknown));
            Console.WriteLine(FormattableString.Invariant(
                $"{name},{fraction},{Images.Count(labelled)},{seed},{metrics.MicroAccuracy:F4},{metrics.LogLoss:F4}"));
        }
    }
}
