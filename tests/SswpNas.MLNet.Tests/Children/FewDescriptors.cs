using SswpNas.MLNet.Checkpoints;
using SswpNas.MLNet.Storage;
using SswpNas.MLNet.Tests.Search;

namespace SswpNas.MLNet.Tests.Children;

/// <summary>Saving, loading and checkpoints in a process that can open no more files, and then again some.</summary>
internal static class FewDescriptors
{
    private static readonly Dictionary<string, string> _identity = new() { ["seed"] = "1" };

    public static int Run(string folder)
    {
        string result = Path.Combine(folder, "result"), model = Path.Combine(folder, "file"), kept = Path.Combine(folder, "kept");
        SearchResult saved = SearchResultSamples.Make();
        saved.Save(result);
        SearchResult.Load(result);
        using CheckpointFolder checkpoints = CheckpointFolder.Open(kept);
        checkpoints.Write(_identity, Of(1));
        checkpoints.ReadLast(Console.WriteLine);
        WholeFile.Write(model, [1]);

        List<FileStream> taken = TakeAll();
        int failures = 0;
        Action[] works =
        [
            () => SearchResultSamples.Make(seed: 6).Save(result), () => SearchResult.Load(result), () => SearchResult.EnsureCanSave(result),
            () => checkpoints.Write(_identity, Of(2)), () => checkpoints.ReadLast(_ => { }), () => WholeFile.Write(model, [2]),
        ];
        foreach (Action work in works)
        {
            try
            {
                work();
            }
            catch (Exception e) when (e is IOException or InvalidDataException)
            {
                failures++;
            }
        }

        foreach (FileStream file in taken) file.Dispose();
        bool whole = SearchResult.Load(result).Seed == saved.Seed && File.ReadAllBytes(model)[0] == 1
            && checkpoints.ReadLast(Console.WriteLine)!.Value.Checkpoint.Tensors["w"].Values[0] == 1;
        string[] left = [.. Directory.GetFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        Console.WriteLine($"{taken.Count} taken, {failures} of {works.Length} failed, {(whole ? "whole" : "damaged")}: {string.Join(' ', left)}");
        checkpoints.Write(_identity, Of(3));
        SearchResultSamples.Make(seed: 6).Save(result);
        return SearchResult.Load(result).Seed == 6 ? 0 : 1;
    }

    private static List<FileStream> TakeAll()
    {
        List<FileStream> taken = [];
        try
        {
            while (true) taken.Add(new FileStream("/dev/null", FileMode.Open, FileAccess.Read));
        }
        catch (IOException)
        {
            return taken;
        }
    }

    private static Checkpoint Of(float number) =>
        Checkpoint.Of(new Dictionary<string, int>(), new Dictionary<string, TensorValue> { ["w"] = new([1], [number]) });
}
