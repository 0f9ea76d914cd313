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
string table = demonstration ? DemonstrationTable() : Path.GetFullPath(arguments[0]);
if (!File.Exists(table))
    throw new InvalidDataException($"There is no file '{table}'. Give a CSV file with the columns ImagePath and Label.");
const int size = 32;    // pixels, a multiple of 4; larger where details matter
SearchOptions searchOptions = (smoke ? SearchOptions.Smoke : SearchOptions.Laptop with { Epochs = 200 }) with { Progress = Page.Search };
FineTuneOptions fineTuneOptions = (smoke ? FineTuneOptions.Smoke : FineTuneOptions.Laptop) with { Progress = Page.FineTune };

MLContext ml = new(seed: 1);
SswpNasCatalog sswp = ml.SswpNas();
IDataView rows = ml.Data.LoadFromTextFile<TableRow>(table, separatorChar: ',', hasHeader: true, allowQuoting: true, trimWhitespace: true);

// What would be found out only after the search: whether the labels will do. An empty text becomes a missing key.
ValueToKeyMappingEstimator toKey = ml.Transforms.Conversion.MapValueToKey("Label");
sswp.CheckLabels(toKey.Fit(rows).Transform(rows), "Label", fineTuneOptions);

var pipeline = ml.Transforms.LoadImages("Image", Path.GetDirectoryName(table), "ImagePath")
    .Append(ml.Transforms.ResizeImages("Image", size, size))
    .Append(ml.Transforms.ExtractPixels("Pixels", "Image"))
    .Append(sswp.Search(options: searchOptions))      // sees all rows, no labels
    .Append(toKey)
    .Append(sswp.FineTune("Label", "Pixels", fineTuneOptions))     // sees the rows that have a label
    .Append(ml.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel"));
using TransformerChain<KeyToValueMappingTransformer> model = pipeline.Fit(rows);

// The chain made a key of Label, in which the missing ones are 0.
var answers = ml.Data.CreateEnumerable<ScoredRow>(model.Transform(rows), reuseRowObject: false)
    .Where(row => row.Label == 0)
    .Select(row => new Answer { ImagePath = row.ImagePath, Name = row.Name, Probability = row.Score.Max() })
    .ToArray();
NewFile.Write(Path.Combine(output, "predictions.csv"), file =>
{
    using FileStream csv = File.Create(file);
    ml.Data.SaveAsText(ml.Data.LoadFromEnumerable(answers), csv, separatorChar: ',', schema: false);
});

// A model that only names images needs no labels: leave out the step that reads them.
TransformerChain<ITransformer> naming = new([.. model.Where(step => step is not ValueToKeyMappingTransformer)]);
IDataView paths = ml.Transforms.SelectColumns("ImagePath").Fit(rows).Transform(rows);
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

internal sealed class TableRow
{
    [LoadColumn(0)]
    public string ImagePath { get; set; } = "";

    [LoadColumn(1)]
    public string Label { get; set; } = "";
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
