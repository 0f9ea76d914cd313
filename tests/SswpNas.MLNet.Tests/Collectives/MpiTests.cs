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
        Mpirun.Require(Mpirun.OpenMpi, Mpirun.Mpich);
        string output = Tool.Run(PackedLibrary.Repository(), "bash", "tests/data-parallel.sh", "--smoke", "2");
        Console.WriteLine(output);
        Assert.EndsWith("identical: true", output.TrimEnd());
    }
}
