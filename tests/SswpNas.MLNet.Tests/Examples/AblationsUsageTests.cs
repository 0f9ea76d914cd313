using SswpNas.MLNet.Tests.Data;

namespace SswpNas.MLNet.Tests.Examples;

/// <summary>What the ablations say to bad usage, before any work.</summary>
[TestClass]
[TestCategory("Long")]
public sealed class AblationsUsageTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void AllBadOptionsAreReportedAtOnce()
    {
        ExampleProcess.Finished run = Run(
            "--table", "5", "--scale", "large", "--seeds", "0", "--limit", "1", "--device", "tpu", "--threads", "0", "--output", "",
            "--note", " ");
        Assert.AreEqual(2, run.Code);
        Assert.AreEqual("", run.Output);
        foreach (string expected in new[]
        {
            "--table is '5'; 3a, 3b, 3c, 4a, 4b, random, random-probe, random-scratch was expected", "--scale is 'large'; toy, small, paper, smoke was expected",
            "--seeds is '0'", "--limit is '1'", "--device is 'tpu'", "--threads is '0'", "--output is ''", "--note is ' '",
        })
        {
            Assert.ContainsSingle(line => line.Contains(expected, StringComparison.Ordinal), run.ErrorLines, expected);
        }
    }

    [TestMethod]
    public void ATableHasToBeNamed()
    {
        ExampleProcess.Finished run = Run("--scale", "smoke");
        Assert.AreEqual(2, run.Code);
        Assert.Contains("--table", run.Error);
    }

    [TestMethod]
    [DataRow("small")]
    [DataRow("paper")]
    public void AScaleThatNeedsDataSaysSo(string scale)
    {
        ExampleProcess.Finished run = Run("--table", "3a", "--scale", scale, "--yes");
        Assert.AreEqual(2, run.Code, run.Output);
        Assert.Contains($"--scale {scale} needs --data", run.Error);
    }

    [TestMethod]
    public void TheBinaryFilesOfCifarAreReadAndHaveATestPart()
    {
        byte[] record = new byte[3073];
        for (int batch = 1; batch <= 5; batch++) _folder.Write($"cifar/data_batch_{batch}.bin", [.. record, .. record[..3072]]);
        _folder.Write("cifar/test_batch.bin", record);
        ExampleProcess.Finished cut = Run("--table", "3a", "--scale", "smoke", "--data", "cifar");
        Assert.AreEqual(1, cut.Code, cut.Output);
        Assert.Contains("data_batch_1.bin' has 6145 bytes: its record 2 ends after 3072 of 3073 bytes", cut.Error);
        ExampleProcess.Finished own = Run("--table", "3a", "--scale", "smoke", "--data", "cifar", "--test-data", "cifar");
        Assert.AreEqual(2, own.Code, own.Output);
        Assert.Contains("CIFAR-10 has a test part of its own", own.Error);
    }

    [TestMethod]
    public void OtherClassesInTheTestFolderAreRefused()
    {
        _folder.WithClasses(4, "images/ant", "images/bee", "test/ant", "test/wasp");
        ExampleProcess.Finished run = Run("--table", "3a", "--scale", "smoke", "--data", "images", "--test-data", "test");
        Assert.AreEqual(1, run.Code, run.Output);
        Assert.Contains("ant, wasp", run.Error);
    }

    private ExampleProcess.Finished Run(params string[] arguments) => ExampleProcess.Run("Ablations", _folder.Root, arguments);
}
