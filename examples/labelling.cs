#!/usr/bin/env dotnet
#:project ../src/SswpNas.MLNet
#:package TorchSharp-cpu
#:package Microsoft.ML.DnnImageFeaturizer.ResNet18
#:property PublishAot=false
#:property UseCurrentRuntimeIdentifier=true
#:property RestorePackagesWithLockFile=false
#:property EnforceCodeStyleInBuild=false

// dotnet run examples/labelling.cs [STARTS] [RARE] [FOLDER]: is it worth to label what SuggestLabels suggests, in place of random images?
// 40 labels, then five rounds of 40 more, from STARTS (10) random starts. The model of a round is a linear classifier on ResNet-18's
// features, of seconds. RARE (default 1: none) is the part that is kept of the images of every second class. Every fourth image is kept
// for the test, where all classes count the same.
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet;

const int Start = 40, Round = 40, Rounds = 5;
string here = (string)AppContext.GetData("EntryPointFileDirectoryPath")!;
int starts = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10;
double rare = args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 1;
MLContext ml = new(seed: 1);
SswpNasCatalog sswp = ml.SswpNas();

(IDataView pool, IDataView test) = sswp.StratifiedSplit(
    sswp.LoadImageFolder(args.Length > 2 ? args[2] : Path.Combine(here, "..", "data", "train")), "Label", testFraction: 0.25, seed: 1);
var featurizer = ml.Transforms.LoadImages("Image", "", "ImagePath")
    .Append(ml.Transforms.ResizeImages("Image", 224, 224))
    .Append(ml.Transforms.ExtractPixels("Pixels", "Image"))
    .Append(ml.Transforms.DnnFeaturizeImage("ImageFeatures", m => m.ModelSelector.ResNet18(ml, m.OutputColumn, m.InputColumn), "Pixels"))
    .Fit(pool);
Console.WriteLine("ResNet-18 looks at the images ...");
Image[] images = Seen(pool), tests = Seen(test);
VBuffer<ReadOnlyMemory<char>> names = default;
pool.Schema["Label"].GetKeyValues(ref names);
Random draw = new(1);
images = [.. images.Where(image => image.Label % 2 == 1 || draw.NextDouble() < rare)];
Console.WriteLine($"{images.Length} images to choose from, {tests.Length} to test; macro accuracy in percent after {Start} labels and each round:");

double[] gains = new double[starts];
for (int start = 0; start < starts; start++)
{
    double[] random = Run(start, suggests: false, out int few), suggested = Run(start, suggests: true, out int many);
    gains[start] = suggested[^1] - random[^1];
    Console.WriteLine($"start {start + 1}: random {Line(random)} ({few} labels of every second class), suggested {Line(suggested)} ({many})");
}

double mean = gains.Average(), deviation = Math.Sqrt(gains.Sum(gain => (gain - mean) * (gain - mean)) / Math.Max(1, starts - 1));
Console.WriteLine(FormattableString.Invariant(
    $"suggested minus random: {mean:F1} points, standard deviation {deviation:F1}, paired t = {mean / (deviation / Math.Sqrt(starts)):F1}, n = {starts}"));

double[] Run(int start, bool suggests, out int few)
{
    Random random = new(start);
    int[] order = [.. Enumerable.Range(0, images.Length)];
    random.Shuffle(order);
    HashSet<int> known = [.. order[..Start]];
    List<double> accuracies = [];
    while (true)
    {
        var model = ml.Transforms.NormalizeMeanVariance("Features", "ImageFeatures", fixZero: false)
            .Append(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(l2Regularization: 10)).Fit(View(images.Where((_, i) => known.Contains(i))));
        accuracies.Add(100 * ml.MulticlassClassification.Evaluate(model.Transform(View(tests))).MacroAccuracy);
        few = known.Count(i => images[i].Label % 2 == 0);
        if (accuracies.Count > Rounds) return [.. accuracies];
        IDataView all = View(images.Select((image, i) => known.Contains(i) ? image : image with { Label = 0 }));
        known.UnionWith(suggests
            ? sswp.SuggestLabels(model, all, Round, new SuggestionOptions { Seed = start, PixelColumnName = null }).Images.Select(next => (int)next.Row)
            : order.Where(i => !known.Contains(i)).Take(Round).ToArray());
    }
}

Image[] Seen(IDataView data) => [.. featurizer.Transform(data).GetColumn<float[]>("ImageFeatures")
    .Zip(data.GetColumn<uint>("Label"), (features, label) => new Image(features, label))];

// In a class a key counts from 0, and the one below 0 is missing.
IDataView View(IEnumerable<Image> rows)
{
    var schema = SchemaDefinition.Create(typeof(Row));
    schema[nameof(Row.ImageFeatures)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, images[0].Features.Length);
    schema[nameof(Row.Label)].ColumnType = new KeyDataViewType(typeof(uint), names.Length);
    schema[nameof(Row.Label)].AddAnnotation("KeyValues", names, new VectorDataViewType(TextDataViewType.Instance, names.Length));
    return ml.Data.LoadFromEnumerable(rows.Select(image => new Row { ImageFeatures = image.Features, Label = image.Label - 1 }), schema);
}

static string Line(double[] values) => string.Join(' ', values.Select(value => value.ToString("F1", CultureInfo.InvariantCulture)));

internal sealed record Image(float[] Features, uint Label);

internal sealed class Row
{
    public float[] ImageFeatures { get; set; } = [];

    public uint Label { get; set; }
}
