using SswpNas.MLNet.Checkpoints;
using SswpNas.MLNet.Storage;
using SswpNas.MLNet.Tests.Children;
using SswpNas.MLNet.Tests.Search;

namespace SswpNas.MLNet.Tests.Fault;

/// <summary>A bit that flips, or an end that is missing, in every region of every file: an error or the right content.</summary>
[TestClass]
[TestCategory("Fault")]
public sealed class DamageTests : IDisposable
{
    private const int Regions = 100;

    private static readonly Dictionary<string, string> _identity = new() { ["seed"] = "1", ["option Epochs"] = "3" };

    private readonly string _root = Directory.CreateTempSubdirectory("sswpnas-").FullName;

    private string Folder => Path.Combine(_root, "folder");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [TestMethod]
    public void NoDamageToASearchResultGivesAnotherModel()
    {
        SearchResult saved = SearchResultSamples.Make();
        saved.Save(Folder);
        int harmless = ForEachDamage(Folder, what =>
        {
            try
            {
                SearchResult loaded = SearchResult.Load(Folder);
                Assert.AreEqual(saved.Genotype, loaded.Genotype, what);
                foreach ((string name, TensorValue value) in saved.Weights)
                    CollectionAssert.AreEqual(value.Values, loaded.Weights[name].Values, $"{name}: {what}");
                return true;
            }
            catch (InvalidDataException)
            {
                return false;
            }
        });
        // The text of SHA256SUMS may be damaged where it says nothing: the line's end at its own.
        Assert.IsLessThanOrEqualTo(2, harmless);
    }

    [TestMethod]
    public void NoDamageToACheckpointIsTakenForOneAndTheOneBeforeIsUsed()
    {
        using (CheckpointFolder folder = CheckpointFolder.Open(Folder))
        {
            folder.Write(_identity, Of(1));
            folder.Write(_identity, Of(2));
        }

        int harmless = ForEachDamage(Path.Combine(Folder, "checkpoint-00000002"), what =>
        {
            List<string> reported = [];
            using CheckpointFolder folder = CheckpointFolder.Open(Folder);
            (IReadOnlyDictionary<string, string> identity, Checkpoint checkpoint) = folder.ReadLast(reported.Add)!.Value;
            CollectionAssert.AreEquivalent(_identity.ToArray(), identity.ToArray(), what);
            float[] values = checkpoint.Tensors["w"].Values;
            Assert.IsTrue(values.All(value => value == values[0]) && values.Length == 300, what);
            Assert.AreEqual(reported.Count == 0 ? 2 : 1, values[0], what);
            return reported.Count == 0;
        });
        Assert.IsLessThanOrEqualTo(2, harmless);
    }

    [TestMethod]
    public void AClockSetBackChangesNeitherWhichCheckpointIsLastNorWhatIsKept()
    {
        using CheckpointFolder folder = CheckpointFolder.Open(Folder);
        for (int i = 1; i <= 4; i++)
        {
            folder.Write(_identity, Of(i));
            string written = Path.Combine(Folder, $"checkpoint-{i:D8}");
            DateTime time = new(2040 - i, 1, 1, 0, 0, 0, DateTimeKind.Utc); // each older than the one before it
            foreach (string path in Directory.GetFiles(written).Append(written)) File.SetLastWriteTimeUtc(path, time);
        }

        Assert.AreEqual(4, folder.ReadLast(damaged => Assert.Fail(damaged))!.Value.Checkpoint.Tensors["w"].Values[0]);
        CollectionAssert.AreEqual(
            new[] { "checkpoint-00000003", "checkpoint-00000004", "lock" },
            Directory.GetFileSystemEntries(Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).ToArray());
    }

    [TestMethod]
    [TestCategory("Long")]
    public void AProcessThatCanOpenNoMoreFilesLosesNothing()
    {
        (int code, string said) = ChildRun.Run("-n 200", "descriptors", _root);
        Console.WriteLine(said);
        Assert.AreEqual(0, code, said);
        StringAssert.Contains(said, "6 of 6 failed, whole: file kept result");
    }

    private static Checkpoint Of(float number) => Checkpoint.Of(
        new Dictionary<string, int> { ["step"] = 1 },
        new Dictionary<string, TensorValue> { ["w"] = new([300], [.. Enumerable.Repeat(number, 300)]), ["v"] = new([1], [number]) });

    /// <summary>Damages each file at places all over it, one at a time; gives how many went unnoticed.</summary>
    private static int ForEachDamage(string folder, Func<string, bool> isUnnoticed)
    {
        int damages = 0, unnoticed = 0;
        foreach (string path in Directory.GetFiles(folder))
        {
            byte[] whole = File.ReadAllBytes(path);
            for (int region = 0; region < Regions; region++)
            {
                int at = (int)((long)region * whole.Length / Regions);
                byte[] flipped = [.. whole];
                flipped[at] ^= (byte)(1 << (region % 8));
                foreach ((string kind, byte[] bytes) in ((string, byte[])[])[("a flipped bit", flipped), ("an end", whole[..at])])
                {
                    File.WriteAllBytes(path, bytes);
                    damages++;
                    if (isUnnoticed($"{kind} at byte {at} of {Path.GetFileName(path)}")) unnoticed++;
                }
            }

            File.WriteAllBytes(path, whole);
        }

        Console.WriteLine($"{damages} damages, {unnoticed} unnoticed");
        return unnoticed;
    }
}
