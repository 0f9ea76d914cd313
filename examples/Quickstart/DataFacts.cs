using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;
using SkiaSharp;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

namespace Quickstart;

/// <summary>What the report says of the images: classes, sizes, files that are the same byte for byte.</summary>
internal static class DataFacts
{
    /// <param name="images">ImagePath and Label of the images to search and train on.</param>
    /// <param name="labels">How many of them have a label in the fine-tuning.</param>
    public static ReportData Of(IDataView images, int labels)
    {
        string[] paths = [.. images.GetColumn<string>("ImagePath")];
        (string Size, string Hash)[] files = new (string, string)[paths.Length];
        Parallel.For(0, paths.Length, i => files[i] = Look(paths[i]));
        return new ReportData(paths.Length)
        {
            Labelled = labels,
            Classes = CountByClass(images),
            Duplicates = files.Length - files.DistinctBy(file => file.Hash).Count(),
            Sizes = files.CountBy(file => file.Size).ToDictionary(),
        };
    }

    /// <summary>How many rows with a label a class has.</summary>
    public static Dictionary<string, int> CountByClass(IDataView rows)
    {
        string[] names = Images.ClassNames(rows);
        int[] counts = new int[names.Length];
        foreach (uint key in rows.GetColumn<uint>("Label").Where(key => key != 0)) counts[key - 1]++;
        return names.Zip(counts).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    private static (string Size, string Hash) Look(string path)
    {
        using FileStream file = File.OpenRead(path);
        string hash = Convert.ToHexString(SHA256.HashData(file));
        using SKCodec codec = SKCodec.Create(path);
        return (FormattableString.Invariant($"{codec.Info.Width} × {codec.Info.Height}"), hash);
    }
}
