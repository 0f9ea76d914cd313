using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

// OwnImages [FOLDER] [--smoke]: FOLDER has a folder for each class, with the images that somebody has sorted, and a folder
// "unlabelled" with all others. Without FOLDER: some images of this repository, in seconds.
(string[] arguments, bool smoke) = Page.Begin(args, "OwnImages [FOLDER] [--smoke]", most: 1);
bool demonstration = arguments.Length == 0;
smoke |= demonstration;
string folder = demonstration ? Path.Combine(EmbeddedData.Folder("Name a folder of class folders."), "train") : arguments[0];
string output = Directory.CreateDirectory(Path.Combine("output", "own-images")).FullName;
const int size = 32;    // pixels, a multiple of 4; larger where details matter
SearchOptions searchOptions = (smoke ? SearchOptions.Smoke : SearchOptions.Laptop with { Epochs = 200 }) with { Progress = Page.Search };
FineTuneOptions fineTuneOptions = (smoke ? FineTuneOptions.Smoke : FineTuneOptions.Laptop) with { Progress = Page.FineTune };

MLContext ml = new(seed: 1);
SswpNasCatalog sswp = ml.SswpNas();
IDataView images = sswp.LoadImageFolder(folder, demonstration
    ? new ImageFolderOptions { Limit = 200 }
    : new ImageFolderOptions { UnlabelledFolder = "unlabelled" });

// A fifth of the sorted images is not learnt from, to say how good the model is.
(IDataView train, IDataView test) = sswp.StratifiedSplit(images, "Label", testFraction: 0.2);
if (demonstration) train = sswp.MaskLabels(train, "Label", fraction: 0.2);    // these are all sorted: pretend that few are

// What would be found out only after the search.
sswp.CheckLabels(train, "Label", fineTuneOptions);
SearchResult.EnsureCanSave(Path.Combine(output, "search-result"));

var pipeline = sswp.LoadImages(options: new ImageLoadOptions { SaveAsLoadImages = true })
    .Append(ml.Transforms.ResizeImages("Image", size, size))
    .Append(ml.Transforms.ExtractPixels("Pixels", "Image"))
    .Append(sswp.Search(options: searchOptions))      // sees all images, no labels
    .Append(sswp.FineTune("Label", "Pixels", fineTuneOptions))     // sees the images that have a label
    .Append(ml.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel"));
using TransformerChain<KeyToValueMappingTransformer> model = pipeline.Fit(train);

IDataView known = ml.Data.FilterRowsByMissingValues(test, "Label");
double accuracy = ml.MulticlassClassification.Evaluate(model.Transform(known)).MicroAccuracy;
Console.WriteLine($"{accuracy:P1} of {known.GetColumn<uint>("Label").Count()} sorted images that were not learnt from are named correctly.");

// The search result serves for other classes, too: examples/Transfer.
SearchResult found = model.OfType<SswpNasSearchTransformer>().Single().Result;
found.Save(Path.Combine(output, "search-result"));
found.WriteReport(Path.Combine(output, "report.html"));
NewFile.Write(Path.Combine(output, "model.zip"), file => ml.Model.Save(model, images.Schema, file));

// What the others show, the doubtful ones first: sort some of these by hand and run it again.
IDataView named = model.Transform(demonstration ? train : images);
var unsorted = ml.Data.CreateEnumerable<ScoredImage>(named, reuseRowObject: false)
    .Where(image => image.Label == 0)
    .Select(image => new NamedImage { ImagePath = image.ImagePath, Name = image.Name, Probability = image.Score.Max() })
    .OrderBy(image => image.Probability)
    .ToArray();
NewFile.Write(Path.Combine(output, "unlabelled.csv"), file =>
{
    using FileStream csv = File.Create(file);
    ml.Data.SaveAsText(ml.Data.LoadFromEnumerable(unsorted), csv, separatorChar: ',', schema: false);
});
Console.WriteLine($"{unsorted.Length} images without a label are named in unlabelled.csv.");
Console.WriteLine($"Written to {output}: model.zip, search-result, report.html, unlabelled.csv");

internal sealed class ScoredImage
{
    public string ImagePath { get; set; } = "";

    public uint Label { get; set; }

    public string Name { get; set; } = "";

    public float[] Score { get; set; } = [];
}

internal sealed class NamedImage
{
    public string ImagePath { get; set; } = "";

    public string Name { get; set; } = "";

    public float Probability { get; set; }
}
