using System.Text.Json;
using SswpNas.MLNet.Sweeps;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Fault;

namespace SswpNas.MLNet.Tests.Sweeps;

/// <summary>Who has a cell, whatever the clocks of the machines say and however a process ended.</summary>
[TestClass]
public sealed class SweepClaimTests : IDisposable
{
    private static readonly TimeSpan _years = TimeSpan.FromDays(3650);
    private static readonly SweepCell _cell = new(0, WeightInitialization.Random, 0.5, null, 1, 0);
    private static readonly Dictionary<string, string> _plan = new() { ["seeds"] = "1" };

    private readonly TestFolder _folder = new();

    private string Stem => Path.Combine(_folder.Root, "cell-00000");

    private string First => Stem + ".claim-1";

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [TestCategory("Cases")]
    [DataRow("")]
    [DataRow("{\"Place\":\"m")]
    [DataRow("null")]
    [DataRow("{}")]
    public void AClaimThatWasCutShortBlocksNobody(string content)
    {
        File.WriteAllText(First, content);
        using SweepClaim? claim = SweepClaim.TryTake(Stem);
        Assert.IsNotNull(claim);
    }

    /// <summary>An owner of another machine touches its claim by the file system's clock, so no clock of its own can count.</summary>
    [TestMethod]
    [TestCategory("Cases")]
    public void TheAgeOfAForeignClaimIsThatOfTheFileSystemsClock()
    {
        (TimeSpan Age, bool IsAlive)[] claims =
        [
            (TimeSpan.Zero, true), (SweepClaim.Lease / 2, true), (2 * SweepClaim.Lease, false), (-SweepClaim.Lease / 2, true),
            (-_years, false), (_years, false),
        ];
        foreach ((TimeSpan age, bool isAlive) in claims)
        {
            File.WriteAllText(First, JsonSerializer.Serialize(ProcessIdentity.Own with { Place = "another machine" }));
            File.SetLastWriteTimeUtc(First, File.GetLastWriteTimeUtc(First) - age);
            using SweepClaim? claim = SweepClaim.TryTake(Stem);
            Assert.AreEqual(isAlive, claim is null, $"{age}");
        }
    }

    [TestMethod]
    [TestCategory("Cases")]
    public void AnOwnerThatRunsHereKeepsItsClaimWhateverItsDate()
    {
        using SweepClaim? own = SweepClaim.TryTake(Stem);
        foreach (TimeSpan age in (TimeSpan[])[_years, -_years])
        {
            File.SetLastWriteTimeUtc(First, DateTime.UtcNow - age);
            Assert.IsNull(SweepClaim.TryTake(Stem));
        }
    }

    [TestMethod]
    [TestCategory("Cases")]
    public void AnOwnerThatIsGoneFromHereLeavesItsClaimAtOnce()
    {
        File.WriteAllText(First, JsonSerializer.Serialize(ProcessIdentity.Own with { Process = int.MaxValue }));
        using SweepClaim? claim = SweepClaim.TryTake(Stem);
        Assert.IsNotNull(claim);
    }

    [TestMethod]
    [TestCategory("Cases")]
    public void OfManyOneTakesACellAndNothingHalfWrittenIsSeen()
    {
        for (int round = 0; round < 20; round++)
        {
            SweepClaim?[] taken = [.. Enumerable.Range(0, 16).AsParallel().WithDegreeOfParallelism(16).Select(_ => SweepClaim.TryTake(Stem))];
            Assert.ContainsSingle(taken.Where(claim => claim is not null));
            foreach (SweepClaim? claim in taken) claim?.Dispose();
            Assert.IsEmpty(Directory.GetFileSystemEntries(_folder.Root));
        }
    }

    /// <summary>A name tells who writes: only what nobody writes any more is removed, whatever its age.</summary>
    [TestMethod]
    [TestCategory("Cases")]
    public void WhatAKilledProcessHalfWroteIsRemovedAndNothingElse()
    {
        SweepFolder.Open(_folder.Root, _plan);
        string cells = Path.Combine(_folder.Root, "cells");
        ProcessIdentity foreign = ProcessIdentity.Own with { Place = "another machine" };
        string own = Half(_folder.Root, "plan.json", ProcessIdentity.Own), foreignNow = Half(cells, "cell-00000.claim-1", foreign);
        string killed = Half(_folder.Root, "plan.json", ProcessIdentity.Own with { Process = int.MaxValue });
        string another = Half(cells, "cell-00001.claim-1", ProcessIdentity.Own with { Started = 1 });
        string foreignOld = Half(cells, "cell-00002.claim-1", foreign), users = Path.Combine(cells, "notes.new");
        File.WriteAllText(users, "mine");
        foreach (string path in (string[])[own, killed, another, foreignOld, users])
            File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path) - (2 * SweepClaim.Lease));

        SweepFolder.Open(_folder.Root, _plan);

        string[] left = Directory.GetFiles(_folder.Root, "*.new", SearchOption.AllDirectories);
        CollectionAssert.AreEquivalent((string[])[own, foreignNow, users], left);
    }

    [TestMethod]
    [TestCategory("Cases")]
    public void AFullDiskIsNamedAndNoCellSeemsTaken()
    {
        using TinyMount mount = TinyMount.Create(1 << 16);
        string sweep = Path.Combine(mount.Folder, "sweep");
        SweepFolder folder = SweepFolder.Open(sweep, _plan);
        using (FileStream filler = File.Create(Path.Combine(mount.Folder, "filler")))
        {
            try
            {
                for (byte[] page = new byte[4096]; ;) filler.Write(page);
            }
            catch (IOException)
            {
                // Full, as it should be.
            }
        }

        IOException error = Assert.ThrowsExactly<IOException>(() => folder.TryTake(0));

        StringAssert.Contains(error.Message, $"The sweep's folder '{sweep}' cannot be written to");
        StringAssert.Contains(error.Message, "Free some space");
        File.Delete(Path.Combine(mount.Folder, "filler"));
        using SweepClaim? claim = folder.TryTake(0);
        Assert.IsNotNull(claim, "nothing of the claim that could not be written is left");
    }

    [TestMethod]
    [TestCategory("Cases")]
    public void EveryFigureOfARecordIsChecked()
    {
        SweepRecord good = TinySweep.Done(_cell);
        Assert.IsTrue(good.IsOf(_cell));
        Assert.IsTrue((SweepRecord.Of(_cell) with { Status = nameof(SweepStatus.Failed), Error = "x" }).IsOf(_cell));
        SweepRecord[] bad =
        [
            good with { Cell = 1 }, good with { Seed = 2 }, good with { Fold = 1 }, good with { Ratio = 0.6 }, good with { Ratio = double.NaN },
            good with { LabelsPerClass = 3 }, good with { Initialization = "Other" }, good with { Status = "" }, good with { Status = "done" },
            good with { Labels = -1 }, good with { AccuracyMicro = 1.1 }, good with { AccuracyMacro = double.NaN }, good with { LogLoss = -1 },
            good with { LogLoss = double.NaN }, good with { LearningRate = 0 }, good with { LearningRate = double.NaN }, good with { Seconds = -1 },
        ];
        foreach (SweepRecord record in bad) Assert.IsFalse(record.IsOf(_cell), $"{record}");
    }

    /// <summary>Killed between its last two steps, an owner has written the cell and not given it free.</summary>
    [TestMethod]
    [TestCategory("Cases")]
    public void AClaimOfACellThatHasEndedGoesWithItsOwner()
    {
        SweepFolder folder = SweepFolder.Open(_folder.Root, _plan);
        string cells = Path.Combine(_folder.Root, "cells"), ended = Path.Combine(cells, "cell-00000.claim-1"), open = Path.Combine(cells, "cell-00001.claim-1");
        using (SweepClaim claim = folder.TryTake(0)!) folder.Write(claim, TinySweep.Done(_cell));
        string gone = JsonSerializer.Serialize(ProcessIdentity.Own with { Process = int.MaxValue });
        foreach (string claim in (string[])[ended, open]) File.WriteAllText(claim, gone);

        SweepFolder.Open(_folder.Root, _plan);

        Assert.IsFalse(File.Exists(ended));
        Assert.IsTrue(File.Exists(open), "Who takes the cell removes it.");
        File.WriteAllText(ended, JsonSerializer.Serialize(ProcessIdentity.Own));
        SweepFolder.Open(_folder.Root, _plan);
        Assert.IsTrue(File.Exists(ended), "Its owner lives.");
    }

    private static string Half(string folder, string name, ProcessIdentity writer)
    {
        string path = Path.Combine(folder, Path.GetFileName(SweepTemporary.Of(name).Replace(ProcessIdentity.Own.Tag, writer.Tag, StringComparison.Ordinal)));
        File.WriteAllText(path, "{");
        return path;
    }
}
