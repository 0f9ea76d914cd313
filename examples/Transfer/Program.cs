using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

// Transfer [RESULT FOLDER] [--smoke]: RESULT is the folder "search-result" that Quickstart, OwnImages or SearchResult.Save
// left; FOLDER has a folder for each class, of other images than were searched on. Without both: a search of seconds on some
// images of this repository stands in for yours.
(string[] arguments, bool smoke) = Page.Begin(args, "Transfer [RESULT FOLDER] [--smoke]", most: 2);
if (arguments.Length == 1)
    throw new ArgumentException("One argument came, a saved search result and a folder of class folders were expected.");
bool demonstration = arguments.Length == 0;
smoke |= demonstration;
string output = Directory.CreateDirectory(Path.Combine("output", "transfer")).FullName;
FineTuneOptions fineTuneOptions = (smoke ? FineTuneOptions.Smoke : FineTuneOptions.Laptop) with { Progress = Page.FineTune };

MLContext ml = new(seed: 1);
SswpNasCatalog sswp = ml.SswpNas();
string[] inputs = demonstration ? Demonstration() : arguments;
SearchResult found = SearchResult.Load(inputs[0]);
Console.WriteLine($"Searched before on images of {found.ImageSize} x {found.ImageSize} pixels: {found.Parameters} weights, {found.Seconds:F0} s.");

// Few labels are enough to begin with; a third of them only say how good it gets.
IDataView images = sswp.LoadImageFolder(inputs[1], new ImageFolderOptions { Limit = demonstration ? 200 : null });
(IDataView train, IDataView test) = sswp.StratifiedSplit(images, "Label", testFraction: 0.3);

// The search result wants its own size of images.
var toPixels = sswp.LoadImages(options: new ImageLoadOptions { SaveAsLoadImages = true })
    .Append(ml.Transforms.ResizeImages("Image", found.ImageSize, found.ImageSize))
    .Append(ml.Transforms.ExtractPixels("Pixels", "Image"));

// The same network twice: what the old images taught it is worth the distance between the two.
foreach (WeightInitialization start in new[] { WeightInitialization.Random, WeightInitialization.Concomitant })
{
    FineTuneOptions options = fineTuneOptions with { Initialization = start };
    using TransformerChain<ConcomitantFineTuneTransformer> model =
        toPixels.Append(sswp.FineTune("Label", "Pixels", options, found)).Fit(train);
    double accuracy = ml.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy;
    Console.WriteLine($"{start}: {accuracy:P1} of {test.GetColumn<uint>("Label").Count()} images are named correctly.");
    if (start == WeightInitialization.Concomitant)
        NewFile.Write(Path.Combine(output, "model.zip"), file => ml.Model.Save(model, images.Schema, file));
}

Console.WriteLine($"Written to {output}: model.zip");

// Where you would name your own search result: one of a few images, and others to use it on.
string[] Demonstration()
{
    string data = EmbeddedData.Folder("Name a search result and a folder of class folders."), result = Path.Combine(output, "search-result");
    IDataView searched = sswp.LoadImageFolder(Path.Combine(data, "train"), new ImageFolderOptions { Limit = 200 });
    var chain = sswp.LoadImages()
        .Append(ml.Transforms.ResizeImages("Image", 32, 32))
        .Append(ml.Transforms.ExtractPixels("Pixels", "Image"))
        .Append(sswp.Search(options: SearchOptions.Smoke));
    using TransformerChain<SswpNasSearchTransformer> model = chain.Fit(searched);
    model.LastTransformer.Result.Save(result);
    return [result, Path.Combine(data, "test")];
}
