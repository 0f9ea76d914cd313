using System.Globalization;
using System.Security.Cryptography;
using Microsoft.ML;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

// DataParallel [FOLDER] [--smoke] [--epochs N] [--threads N] [--output FOLDER]: FOLDER has a folder of images for each class. A
// launcher starts it several times, for example mpirun -np 2; started without one, it is one process.
static bool IsCount(string text) => int.TryParse(text, CultureInfo.InvariantCulture, out int count) && count > 0;
string? epochs = Page.Take(ref args, "--epochs", IsCount, "a number from 1 on");
string? threads = Page.Take(ref args, "--threads", IsCount, "a number from 1 on");
string output = Page.Take(ref args, "--output", _ => true, "a folder") ?? Path.Combine("output", "data-parallel");
(string[] arguments, bool smoke) = Page.Begin(
    args, "DataParallel [FOLDER] [--smoke] [--epochs N] [--threads N] [--output FOLDER]", most: 1);
string folder = arguments.FirstOrDefault() ?? Path.Combine(EmbeddedData.Folder("Name a folder of class folders."), "train");

// Who else works on this: every process reads the same images, and each takes its share of every batch through the network.
using Ranks ranks = Ranks.FromLauncher();
int cores = threads is null ? Math.Max(1, Environment.ProcessorCount / ranks.Size) : int.Parse(threads, CultureInfo.InvariantCulture);
SearchOptions searchOptions = (smoke ? SearchOptions.Smoke : SearchOptions.Laptop) with { Ranks = ranks, Threads = cores, Progress = Page.Search };
FineTuneOptions fineTuneOptions = (smoke ? FineTuneOptions.Smoke : FineTuneOptions.Laptop) with { Ranks = ranks, Threads = cores };
if (epochs is not null)
{
    int count = int.Parse(epochs, CultureInfo.InvariantCulture);
    searchOptions = searchOptions with { Epochs = count, MinimumWarmUpEpochs = Math.Min(1, count - 1) };
    fineTuneOptions = fineTuneOptions with { Epochs = count, WarmUpEpochs = 0, MinimumSteps = 0 };
}

// A launcher that starts the job again after a fault goes on from here; only the first rank needs the folder.
searchOptions = searchOptions with { Checkpoints = new CheckpointOptions { Folder = Path.Combine(output, "checkpoints") } };
Console.WriteLine($"{ranks}");

MLContext ml = new(seed: 1);
SswpNasCatalog sswp = ml.SswpNas();
IDataView images = sswp.LoadImageFolder(folder);
IDataView pixels = ml.Data.Cache(Images.ToPixels(ml, size: 32).Fit(images).Transform(images), "Pixels", "Label");
using SswpNasSearchTransformer found = sswp.Search(options: searchOptions).Fit(pixels);
IDataView few = sswp.MaskLabels(pixels, "Label", fraction: 0.1);
using ConcomitantFineTuneTransformer tuned = sswp.FineTune("Label", "Pixels", fineTuneOptions, found.Result).Fit(few);

// All ranks have the same result; one of them writes it.
if (!ranks.IsFirst) return;
found.Result.Save(Path.Combine(output, "search-result"));
tuned.ExportToOnnx(Path.Combine(output, "model.onnx"));
Console.WriteLine($"weights.safetensors {Sum("search-result/weights.safetensors")}");
Console.WriteLine($"model.onnx {Sum("model.onnx")}");

string Sum(string name) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(output, name))));
