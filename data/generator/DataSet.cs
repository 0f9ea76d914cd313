using System.Collections.Concurrent;

namespace DrawParts;

/// <summary>A part of the data set: its folder, its seed and how many pictures it has of each class.</summary>
internal sealed record Split(string Name, int Seed, int PerClass);

/// <summary>All the files of the data set, by their path below the data folder.</summary>
internal static class DataSet
{
    private static readonly Split Train = new("train", Seed: 2026, PerClass: 200);
    private static readonly Split Test = new("test", Seed: 6202, PerClass: 100);

    public static IReadOnlyDictionary<string, byte[]> Draw()
    {
        ConcurrentDictionary<string, byte[]> files = new();
        foreach (Split split in (Split[])[Train, Test])
        {
            Parallel.For(0, PartClass.All.Count * split.PerClass, i =>
            {
                (int index, int classIndex) = Math.DivRem(i, PartClass.All.Count);
                files[PathOf(split, classIndex, index)] = Picture.Draw(split.Seed, classIndex, index);
            });
        }

        files["samples.png"] = SamplePage.Draw((row, column) => files[PathOf(Train, row, column)]);
        return files;
    }

    private static string PathOf(Split split, int classIndex, int index) =>
        $"{split.Name}/{PartClass.All[classIndex].Name}/{index:0000}.jpg";
}
