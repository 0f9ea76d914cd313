using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

namespace Ablations;

/// <summary>The images to search and train on and those to score, with the columns Pixels and Label.</summary>
/// <param name="Train">Images whose labels trainings see.</param>
/// <param name="Test">Images that are scored; nothing is chosen by them.</param>
/// <param name="TrainCount">Images of the first.</param>
/// <param name="Facts">What they are, for the head of a table and to know them again.</param>
internal sealed record Images(IDataView Train, IDataView Test, int TrainCount, IReadOnlyDictionary<string, string> Facts)
{
    // The same images for every seed: the spread is that of search and training.
    private const int SplitSeed = 1;

    private const int LargestSide = 64;

    /// <exception cref="UsageException">A scale that needs data got none.</exception>
    /// <exception cref="InvalidDataException">Images or folders are missing or damaged; the message lists all of them.</exception>
    public static Images Load(MLContext ml, AblationOptions options, Scale scale)
    {
        if (options.Data is null && scale.Name is Scale.Small or Scale.Paper)
        {
            throw new UsageException(
                $"--scale {scale.Name} needs --data: class folders, or the unpacked binary version of CIFAR-10 or CIFAR-100.");
        }

        (IDataView train, IDataView test, string source) = Find(ml, options, scale);
        train = ml.Data.Cache(train, "Pixels", "Label");
        test = ml.Data.Cache(test, "Pixels", "Label");
        string[] classes = ClassNames(train);
        if (!classes.SequenceEqual(ClassNames(test)))
        {
            throw new InvalidDataException(
                $"The images to score have the classes {string.Join(", ", ClassNames(test))}, those to train on "
                + $"{string.Join(", ", classes)}; the same names were expected.");
        }

        (int count, string trainHash) = Look(train);
        (int testCount, string testHash) = Look(test);
        int[] shape = [.. ((VectorDataViewType)train.Schema["Pixels"].Type).Dimensions];
        return new Images(train, test, count, new Dictionary<string, string>
        {
            ["source"] = source,
            ["images to search and train on"] = Text(count),
            ["images to score"] = Text(testCount),
            ["classes"] = Text(classes.Length),
            ["image"] = string.Join(" x ", shape),
            ["hash of both"] = $"{trainHash} {testHash}",
        });
    }

    private static (IDataView Train, IDataView Test, string Source) Find(MLContext ml, AblationOptions options, Scale scale)
    {
        SswpNasCatalog sswp = ml.SswpNas();
        if (options.Data is null)
        {
            string folder = EmbeddedData.Folder("Name images of your own with --data.");
            string test = options.TestData ?? Path.Combine(folder, "test");
            return (Folder(ml, Path.Combine(folder, "train"), options.Limit), Folder(ml, test, null), "the embedded data");
        }

        int? limit = options.Limit ?? scale.Images;
        if (File.Exists(Path.Combine(options.Data, "data_batch_1.bin")))
            return Cifar(ml, part => sswp.LoadCifar10(options.Data, part), options, limit, scale, "CIFAR-10");
        if (File.Exists(Path.Combine(options.Data, "train.bin")))
            return Cifar(ml, part => sswp.LoadCifar100(options.Data, part), options, limit, scale, "CIFAR-100");
        IDataView images = Folder(ml, options.Data, limit);
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Data)));
        if (options.TestData is not null) return (images, Folder(ml, options.TestData, null), $"class folders {name}");
        (IDataView rest, IDataView held) = sswp.StratifiedSplit(images, "Label", scale.TestFraction, SplitSeed);
        return (rest, held, $"class folders {name}, of which {scale.TestFraction:P0} are held back");
    }

    /// <summary>The limit is shared between both parts as that of class folders is.</summary>
    private static (IDataView Train, IDataView Test, string Source) Cifar(
        MLContext ml, Func<DatasetPart, IDataView> load, AblationOptions options, int? limit, Scale scale, string name)
    {
        if (options.TestData is not null)
            throw new UsageException($"--test-data was named, but {name} has a test part of its own; leave it out.");
        return (
            Some(load(DatasetPart.Train), limit is int n ? (int)Math.Round(n * (1 - scale.TestFraction)) : null),
            Some(load(DatasetPart.Test), limit is int m ? (int)Math.Round(m * scale.TestFraction) : null), name);

        IDataView Some(IDataView all, int? wanted)
        {
            int count = all.GetColumn<uint>("Label").Count();
            return wanted is int few && few < count
                ? ml.SswpNas().StratifiedSplit(all, "Label", (double)few / count, SplitSeed).TestSet
                : all;
        }
    }

    private static IDataView Folder(MLContext ml, string folder, int? limit)
    {
        IDataView files = ml.SswpNas().LoadImageFolder(folder, new ImageFolderOptions { Limit = limit, Seed = SplitSeed });
        using var first = MLImage.CreateFromFile(files.GetColumn<string>("ImagePath").First());
        int size = Math.Clamp(Math.Min(first.Width, first.Height) / 4 * 4, 8, LargestSide);
        return ml.SswpNas().LoadImages()
            .Append(ml.Transforms.ResizeImages("Image", size, size))
            .Append(ml.Transforms.ExtractPixels("Pixels", "Image"))
            .Fit(files).Transform(files);
    }

    private static string[] ClassNames(IDataView images)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        images.Schema["Label"].GetKeyValues(ref names);
        return [.. names.DenseValues().Select(n => n.ToString())];
    }

    private static (int Count, string Hash) Look(IDataView images)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int count = 0;
        foreach (float[] pixels in images.GetColumn<float[]>("Pixels"))
        {
            hash.AppendData(MemoryMarshal.AsBytes(pixels.AsSpan()));
            count++;
        }

        foreach (uint label in images.GetColumn<uint>("Label")) hash.AppendData(BitConverter.GetBytes(label));
        return (count, Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8)));
    }

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
