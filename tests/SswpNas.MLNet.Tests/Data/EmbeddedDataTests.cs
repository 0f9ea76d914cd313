using Microsoft.ML.Data;

namespace SswpNas.MLNet.Tests.Data;

/// <summary>The data set that comes with the project, as data/README.md describes it.</summary>
[TestClass]
public sealed class EmbeddedDataTests
{
    private const int TrainPerClass = 200;
    private const int TestPerClass = 100;
    private const int Side = 32;
    private const long MaximumBytes = 10_000_000;

    private static readonly string[] Classes =
    [
        "bearing", "bolt", "bracket", "circlip", "gear", "hex-nut", "mesh", "perforated-plate", "spring", "washer",
    ];

    [TestMethod]
    [DataRow("train", TrainPerClass)]
    [DataRow("test", TestPerClass)]
    public void EveryClassHasEquallyManyFiles(string part, int perClass)
    {
        string folder = Path.Combine(DataFolder(), part);
        string[] classes = [.. Directory.GetDirectories(folder).Select(path => Path.GetFileName(path)!).Order()];
        CollectionAssert.AreEqual(Classes, classes);
        Assert.IsEmpty(Directory.GetFiles(folder), $"Files lie beside the class folders of {folder}.");
        foreach (string name in classes)
            Assert.HasCount(perClass, Directory.GetFiles(Path.Combine(folder, name)), name);
    }

    [TestMethod]
    public void EveryPictureDecodesAt32By32()
    {
        foreach (string path in Pictures("train").Concat(Pictures("test")))
        {
            using MLImage image = MLImage.CreateFromFile(path);
            Assert.AreEqual((Side, Side), (image.Width, image.Height), path);
        }
    }

    [TestMethod]
    public void TheDataSetIsUnderTenMegabytes()
    {
        string folder = DataFolder();
        string[] generators = ["generator", "textures/generator"];
        string[] outputs = [.. from generator in generators from name in (string[])["bin", "obj"] select Path.Combine(folder, generator, name)];
        long bytes = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => !outputs.Any(output => file.FullName.StartsWith(output, StringComparison.Ordinal)))
            .Sum(file => file.Length);
        Assert.IsLessThan(MaximumBytes, bytes);
    }

    [TestMethod]
    [DataRow("train", 125)]
    [DataRow("test", 63)]
    public void EverySpectrogramIsThereAndDecodes(string part, int perClass)
    {
        string[] classes = Directory.GetDirectories(Path.Combine(DataFolder(), "textures", part));
        Assert.HasCount(8, classes);
        foreach (string path in classes)
        {
            string[] files = Directory.GetFiles(path);
            Assert.HasCount(perClass, files, path);
            using MLImage image = MLImage.CreateFromFile(files[^1]);
            Assert.AreEqual((Side, Side), (image.Width, image.Height), path);
        }
    }

    [TestMethod]
    public void NoPictureOccursTwice()
    {
        Dictionary<string, string> seen = [];
        foreach (string path in Pictures("train").Concat(Pictures("test")))
        {
            string content = Convert.ToBase64String(File.ReadAllBytes(path));
            Assert.IsTrue(seen.TryAdd(content, path), $"{path} equals {seen[content]}.");
        }
    }

    [TestMethod]
    public void ClassesCannotBeToldByMeanColour()
    {
        double[][][] colours = [.. Classes.Select(name => Pictures("train", name).Select(MeanColour).ToArray())];
        for (int channel = 0; channel < 3; channel++)
        {
            double[] means = [.. colours.Select(pictures => pictures.Average(colour => colour[channel]))];
            double[] all = [.. colours.SelectMany(pictures => pictures).Select(colour => colour[channel])];
            double mean = all.Average();
            double deviation = Math.Sqrt(all.Average(value => (value - mean) * (value - mean)));

            // Two classes at opposite ends overlap by most of their spread.
            Assert.IsLessThan(0.5 * deviation, means.Max() - means.Min(), $"channel {channel}");
        }
    }

    private static double[] MeanColour(string path)
    {
        using MLImage image = MLImage.CreateFromFile(path);
        ReadOnlySpan<byte> pixels = image.Pixels;
        double[] mean = new double[3];
        for (int i = 0; i < pixels.Length; i++)
        {
            if (i % 4 < 3) mean[i % 4] += pixels[i] / (double)(Side * Side);
        }

        return mean;
    }

    private static string[] Pictures(string part, string name = "") =>
        Directory.GetFiles(Path.Combine(DataFolder(), part, name), "*.*", SearchOption.AllDirectories);

    private static string DataFolder()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SswpNas.MLNet.sln")))
            folder = folder.Parent;
        Assert.IsNotNull(folder, "The tests do not run inside a checkout of the repository.");
        return Path.Combine(folder.FullName, "data");
    }
}
