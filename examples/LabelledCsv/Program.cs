using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

// LabelledCsv [FILE] [--smoke]: FILE is a CSV with the columns ImagePath and Label, the label empty in most rows; paths start
// from its folder. Without FILE: one is made of some images of this repository, in seconds.
(string[] arguments, bool smoke) = Page.Begin(args, "LabelledCsv [FILE] [--smoke]", most: 1);
bool demonstration = arguments.Length == 0;
smoke |= demonstration;
string output = Directory.CreateDirectory(Path.Combine("output", "labelled-csv")).FullName;
string table = demonstration ? DemonstrationTable() : arguments[0], folder = Path.GetDirectoryName(table)!;
if (!File.Exists(table))
    throw new InvalidDataException($"There is no file '{table}'. Give a CSV file with the columns ImagePath and Label.");
const int size = 32;    // pixels, a multiple of 4; larger where details matter
SearchOptions searchOptions = (smoke ? SearchOptions.Smoke : SearchOptions.Laptop with { Epochs = 200 }) with { Progress = Page.Search };
FineTuneOptions fineTuneOptions = (smoke ? FineTuneOptions.Smoke : FineTuneOptions.Laptop) with { Progress = Page.FineTune };

MLContext ml = new(seed: 1);
SswpNasCatalog sswp = ml.SswpNas();
IDataView rows = sswp.LoadImageTable(table);    // looks at every file; an empty label becomes a missing key

// What would be found out only after the search: whether the labels will do.
sswp.CheckLabels(rows, "Label", fineTuneOptions);

ImageLoadOptions images = new() { SaveAsLoadImages = true };
var pipeline = sswp.LoadImages("Image", "ImagePath", folder, images)
    .Append(ml.Transforms.ResizeImages("Image", size, size))
    .Append(ml.Transforms.ExtractPixels("Pixels", "Image"))
    .Append(sswp.Search(options: searchOptions))      // sees all rows, no labels
    .Append(sswp.FineTune("Label", "Pixels", fineTuneOptions))     // sees the rows that have a label
    .Append(ml.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel"));
using TransformerChain<KeyToValueMappingTransformer> model = pipeline.Fit(rows);

// A missing label is key 0.
var answers = ml.Data.CreateEnumerable<ScoredRow>(model.Transform(rows), reuseRowObject: false)
    .Where(row => row.Label == 0)
    .Select(row => new Answer { ImagePath = row.ImagePath, Name = row.Name, Probability = row.Score.Max() })
    .ToArray();
NewFile.Write(Path.Combine(output, "predictions.csv"), file =>
{
    using FileStream csv = File.Create(file);
    ml.Data.SaveAsText(ml.Data.LoadFromEnumerable(answers), csv, separatorChar: ',', schema: false);
});

// A model that only names images takes their paths as they are given, not from the table's folder.
IDataView paths = ml.Transforms.SelectColumns("ImagePath").Fit(rows).Transform(rows);
TransformerChain<ITransformer> naming = new([sswp.LoadImages(options: images).Fit(paths), .. model.Skip(1)]);
NewFile.Write(Path.Combine(output, "model.zip"), file => ml.Model.Save(naming, paths.Schema, file));
Console.WriteLine($"{answers.Length} rows without a label are named. Written to {output}: predictions.csv, model.zip");

// Three of four labels are left empty.
string DemonstrationTable()
{
    string train = Path.Combine(EmbeddedData.Folder("Name a CSV file."), "train"), file = Path.Combine(output, "images.csv");
    var lines = Directory.GetFiles(train, "*5.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select((path, i) => $"\"{path}\",{(i % 4 == 0 ? Path.GetFileName(Path.GetDirectoryName(path)) : "")}");
    NewFile.WriteText(file, string.Join('\n', lines.Prepend("ImagePath,Label")));
    return file;
}

internal sealed class ScoredRow
{
    public string ImagePath { get; set; } = "";

    public uint Label { get; set; }

    public string Name { get; set; } = "";

    public float[] Score { get; set; } = [];
}

internal sealed class Answer
{
    public string ImagePath { get; set; } = "";

    public string Name { get; set; } = "";

    public float Probability { get; set; }
}
