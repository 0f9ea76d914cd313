using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

// OwnImages [FOLDER] [--smoke] [--unlabelled pseudo-labels|ignore] [--teacher resnet18|FILE.onnx]: FOLDER has a folder for each
// class, with the images that somebody has sorted, and a folder "unlabelled" with all others. Without FOLDER: some images of this
// repository, in seconds.
string unlabelled = Page.Take(ref args, "--unlabelled", use => use is "pseudo-labels" or "ignore", "pseudo-labels or ignore") ?? "pseudo-labels";
string? teacherName = Page.Take(ref args, "--teacher", _ => true, "resnet18 or an ONNX file");
if (teacherName is not null && unlabelled == "ignore")
    Page.Refuse("--teacher and --unlabelled ignore came together; a teacher teaches on images without a label.");
(string[] arguments, bool smoke) = Page.Begin(args, "OwnImages [FOLDER] [--smoke] [--unlabelled USE] [--teacher TEACHER]", most: 1);
bool demonstration = arguments.Length == 0;
smoke |= demonstration;
string folder = demonstration ? Path.Combine(EmbeddedData.Folder("Name a folder of class folders."), "train") : arguments[0];
string output = Directory.CreateDirectory(Path.Combine("output", "own-images")).FullName;
const int size = 32;    // pixels, a multiple of 4; larger where details matter
const int folds = 5;
SearchOptions searchOptions = (smoke ? SearchOptions.Smoke : SearchOptions.Laptop with { Epochs = 200 }) with { Progress = Page.Search };
FineTuneOptions fineTuneOptions = (smoke ? FineTuneOptions.Smoke : FineTuneOptions.Laptop) with
{
    Progress = Page.FineTune,
    Unlabelled = teacherName is not null ? UnlabelledImages.Teacher
        : unlabelled == "ignore" ? UnlabelledImages.Ignore : UnlabelledImages.PseudoLabels,
    TeacherColumnName = teacherName is null ? null : Teacher.Column,
};
if (smoke) fineTuneOptions = fineTuneOptions with { SemiSupervised = fineTuneOptions.SemiSupervised with { Steps = 30 } };

MLContext ml = new(seed: 1);
SswpNasCatalog sswp = ml.SswpNas();
Teacher? teacher = teacherName is null ? null : Teacher.Open(ml, teacherName, anyOrientation: false);
IDataView images = sswp.LoadImageFolder(folder, demonstration
    ? new ImageFolderOptions { Limit = 200 }
    : new ImageFolderOptions { UnlabelledFolder = "unlabelled" });
if (demonstration) images = sswp.MaskLabels(images, "Label", fraction: 0.25);    // these are all sorted: pretend that few are

// What would be found out only after the search.
sswp.CheckLabels(images, "Label", fineTuneOptions);
SearchResult.EnsureCanSave(Path.Combine(output, "search-result"));

var toPixels = sswp.LoadImages(options: new ImageLoadOptions { SaveAsLoadImages = true })
    .Append(ml.Transforms.ResizeImages("Image", size, size))
    .Append(ml.Transforms.ExtractPixels("Pixels", "Image"))
    .Fit(images);
IDataView pixels = ml.Data.Cache(toPixels.Transform(images), "Pixels", "Label");    // decoded once
if (teacher is not null) pixels = teacher.AddTo(pixels, Console.WriteLine, CancellationToken.None);

// Sees all images, no labels.
using SswpNasSearchTransformer found = sswp.Search(options: searchOptions, teacherColumnName: fineTuneOptions.TeacherColumnName).Fit(pixels);
found.Result.Save(Path.Combine(output, "search-result"));    // it serves for other classes, too: examples/Transfer

// The model learns from every label there is.
using ConcomitantFineTuneTransformer tuned = sswp.FineTune("Label", "Pixels", fineTuneOptions, found.Result).Fit(pixels);
using TransformerChain<ITransformer> model = new(
    toPixels, tuned, ml.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel").Fit(tuned.Transform(pixels)));
NewFile.Write(Path.Combine(output, "model.zip"), file => ml.Model.Save(model, images.Schema, file));

// How good such a model is: each labelled image is named by a model that has not learnt from it, from the same search.
FineTuneOptions chosen = fineTuneOptions with
{
    LearningRates = [tuned.LearningRate],
    SemiSupervised = fineTuneOptions.SemiSupervised with { ComparesWithPlain = false },
};
IDataView named = CrossValidated.Score(ml, pixels, _ => sswp.FineTune("Label", "Pixels", chosen, found.Result), folds);
int n = named.GetColumn<uint>("Label").Count();
double accuracy = ml.MulticlassClassification.Evaluate(named).MicroAccuracy;
(double low, double high) = Proportion.Interval(accuracy, n);
Console.WriteLine(FormattableString.Invariant(
    $"{100 * accuracy:F1} % of the sorted images are named correctly by models that have not learnt from them (95 % interval {100 * low:F1} to {100 * high:F1} %, n = {n}, {folds} folds; the search has seen them without labels, and the learning rate was chosen on all)."));
found.Result.WriteReport(Path.Combine(output, "report.html"), new ReportContent
{
    Title = $"{n} sorted images of {Path.GetFileName(folder)}, cross-validated",
    FineTunings = [new ReportFineTuning("on all labels", tuned)],
    Test = sswp.DescribeTest(found.Transform(named)),
});

// What the others show, the doubtful ones first: sort some of these by hand and run it again.
var unsorted = ml.Data.CreateEnumerable<ScoredImage>(model.Transform(images), reuseRowObject: false)
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
