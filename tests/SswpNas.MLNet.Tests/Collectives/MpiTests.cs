using SswpNas.MLNet.Tests.Package;

namespace SswpNas.MLNet.Tests.Collectives;

/// <summary>Processes that a real launcher starts.</summary>
[TestClass]
[DoNotParallelize]
public sealed class MpiTests
{
    [TestMethod]
    [TestCategory("Long")]
    [OSCondition(OperatingSystems.Linux)]
    public void WhatTwoProcessesFindIsWhatOneFinds()
    {
        string[] launchers = ["mpirun.openmpi", "mpirun.mpich"];
        if (!launchers.Any(launcher => File.Exists($"/usr/bin/{launcher}")))
            Assert.Inconclusive("There is no mpirun here: Debian's packages openmpi-bin and mpich have one.");
        string output = Tool.Run(PackedLibrary.Repository(), "bash", "tests/data-parallel.sh", "--smoke", "2");
        Console.WriteLine(output);
        Assert.EndsWith("identical: true", output.TrimEnd());
    }
}
