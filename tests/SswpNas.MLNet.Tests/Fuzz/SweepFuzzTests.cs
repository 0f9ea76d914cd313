using System.Text.Json;
using CsCheck;
using SswpNas.MLNet.Sweeps;
using SswpNas.MLNet.Tests.Sweeps;

namespace SswpNas.MLNet.Tests.Fuzz;

[TestClass]
[DoNotParallelize]
[TestCategory("Fuzz")]
public sealed class SweepFuzzTests : IDisposable
{
    private static readonly Dictionary<string, string> _plan = new() { ["version"] = "0.1.0", ["ratios"] = "0.1 0.5", ["seeds"] = "1 2" };
    private static readonly SweepCell _cell = new(3, WeightInitialization.Concomitant, 0.1, null, 2, 1);

    private readonly string _folder = Directory.CreateTempSubdirectory("sswpnas-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void APlanIsReadOrRefused()
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(_plan);
        Fuzzing.Run(
            "sweep plan", JsonEdits.Of(json), bytes =>
            {
                File.WriteAllBytes(Path.Combine(_folder, "plan.json"), bytes);
                SweepFolder.Open(_folder, _plan);
            },
            [typeof(InvalidDataException), typeof(InvalidOperationException)]);
    }

    [TestMethod]
    public void ARecordIsReadOrReportedAsDamaged()
    {
        SweepFolder folder = SweepFolder.Open(_folder, _plan);
        SweepRecord record = TinySweep.Done(_cell);
        using (SweepClaim claim = folder.TryTake(_cell.Number)!) folder.Write(claim, record);
        string path = Directory.GetFiles(Path.Combine(_folder, "cells"), "*.json").Single();
        Fuzzing.Run(
            "sweep record", JsonEdits.Of(File.ReadAllBytes(path)), bytes =>
            {
                File.WriteAllBytes(path, bytes);
                SweepRecord? read = folder.Read(_cell, file => throw new InvalidDataException($"{file} is damaged"));
                Assert.IsTrue(read is { Cell: 3, Seed: 2, Fold: 1 }, "another cell's");
            },
            [typeof(InvalidDataException)]);
    }

    [TestMethod]
    public void AClaimIsTakenOrLeft()
    {
        string stem = Path.Combine(_folder, "cell-00003");
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(ProcessIdentity.Own with { Process = int.MaxValue });
        Fuzzing.Run(
            "sweep claim", JsonEdits.Of(json), bytes =>
            {
                File.WriteAllBytes(stem + ".claim-1", bytes);
                using SweepClaim? claim = SweepClaim.TryTake(stem);
                if (claim is null) throw new InvalidDataException("somebody else may have it");
            },
            [typeof(InvalidDataException)]);
    }
}
