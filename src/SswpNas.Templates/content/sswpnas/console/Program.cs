using Microsoft.ML;
using SswpNas.MLNet;

if (args.Length == 0) throw new ArgumentException("Usage: MyImages FOLDER [--smoke]");
string folder = args[0];
bool smoke = args.Contains("--smoke");    // seconds, to see that it runs; the model is of no use
SearchOptions searchOptions = (smoke ? SearchOptions.Smoke : SearchOptions.Laptop) with
{
    Progress = new Progress<SearchProgress>(p =>
        Console.Write($"\rsearch: epoch {p.Epoch} of {p.Epochs}, {p.Remaining:hh\\:mm\\:ss} left    ")),
};
FineTuneOptions fineTuneOptions = (smoke ? FineTuneOptions.Smoke : FineTuneOptions.Laptop) with
{
    Unlabelled = UnlabelledImages.PseudoLabels,    // images without a label take part
    Progress = new Progress<FineTuneProgress>(p =>
        Console.Write($"\rfine-tuning: epoch {p.Epoch} of {p.Epochs}, {p.Remaining:hh\\:mm\\:ss} left    ")),
};

MLContext ml = new(seed: 1);
SswpNasCatalog sswp = ml.SswpNas();
IDataView images = sswp.LoadImageFolder(folder, new ImageFolderOptions { UnlabelledFolder = "unlabelled" });
(IDataView train, IDataView test) = sswp.StratifiedSplit(images, "Label", testFraction: 0.2);
sswp.CheckLabels(train, "Label", fineTuneOptions);    // problems are reported before the search

var pipeline = sswp.LoadImages(options: new ImageLoadOptions { SaveAsLoadImages = true })
    .Append(ml.Transforms.ResizeImages("Image", imageWidth: 32, imageHeight: 32))
    .Append(ml.Transforms.ExtractPixels("Pixels", "Image"))
    .Append(sswp.Search(inputColumnName: "Pixels", outputColumnName: "Features", options: searchOptions))
    .Append(sswp.FineTune(labelColumnName: "Label", inputColumnName: "Pixels", options: fineTuneOptions));
using var model = pipeline.Fit(train);    // learns from all images, and from the labels there are

IDataView labelled = ml.Data.FilterRowsByMissingValues(test, "Label");
double accuracy = ml.MulticlassClassification.Evaluate(model.Transform(labelled)).MicroAccuracy;
Console.WriteLine($"\n{accuracy:P1} of the labelled test images are classified correctly.");

ml.Model.Save(model, images.Schema, "model.zip");    // loads with stock ML.NET, without this library
model.LastTransformer.ExportToOnnx("model.onnx");
model.OfType<SswpNasSearchTransformer>().Single().Result.WriteReport("report.html");
