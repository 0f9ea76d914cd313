#!/usr/bin/env dotnet
#:project ../src/SswpNas.MLNet
#:package TorchSharp-cpu
#:property PublishAot=false
#:property UseCurrentRuntimeIdentifier=true
#:property RestorePackagesWithLockFile=false
#:property EnforceCodeStyleInBuild=false

// dotnet run examples/sample.cs [FOLDER]: from class folders of images to a model.zip in the current folder, one file and no project.
// Without FOLDER: some images of this repository. A smoke test, of seconds: for a model of use take SearchOptions.Laptop and
// FineTuneOptions.Laptop.
using Microsoft.ML;
using SswpNas.MLNet;

string here = (string)AppContext.GetData("EntryPointFileDirectoryPath")!;
string folder = args.Length > 0 ? args[0] : Path.Combine(here, "..", "data", "train");
MLContext ml = new(seed: 1);
SswpNasCatalog sswp = ml.SswpNas();
IDataView images = sswp.LoadImageFolder(folder, new ImageFolderOptions { Limit = 200 });
var split = sswp.StratifiedSplit(images, "Label");
var pipeline = sswp.LoadImages(options: new ImageLoadOptions { SaveAsLoadImages = true })
    .Append(ml.Transforms.ResizeImages("Image", 16, 16))
    .Append(ml.Transforms.ExtractPixels("Pixels", "Image"))
    .Append(sswp.Search(options: SearchOptions.Smoke))
    .Append(sswp.FineTune(options: FineTuneOptions.Smoke));
using var model = pipeline.Fit(split.TrainSet);
double accuracy = ml.MulticlassClassification.Evaluate(model.Transform(split.TestSet)).MicroAccuracy;
ml.Model.Save(model, images.Schema, "model.zip");
Console.WriteLine(FormattableString.Invariant($"accuracy {accuracy:F2}, written: {Path.GetFullPath("model.zip")}"));
