using SswpNas.MLNet.Collectives;

namespace SswpNas.MLNet.Tests.Collectives;

/// <summary>Which launcher has started a process, and what is said where its library is missing.</summary>
[TestClass]
public sealed class LauncherTests
{
    [TestMethod]
    public void WithoutALauncherItIsOneProcessAndNoLibraryIsLookedFor()
    {
        Assert.IsNull(Launcher.Find(_ => null));
        Assert.IsNull(Launcher.Find(name => name is "SLURM_STEP_NUM_TASKS" ? "1" : null));
    }

    [TestMethod]
    [DataRow("OMPI_COMM_WORLD_SIZE", "libmpi.so.40")]
    [DataRow("PMIX_RANK", "libmpi.so.40")]
    [DataRow("PMI_RANK", "libmpich.so.12")]
    public void TheLibraryOfTheLauncherComesFirst(string variable, string library)
    {
        Launcher launcher = Launcher.Find(name => name == variable ? "1" : null)!;
        Assert.AreEqual(library, launcher.Libraries[0]);
        Assert.Contains("libmpi_abi.so.0", launcher.Libraries);
        Launcher chosen = Launcher.Find(name => name == variable ? "1" : name == "SSWPNAS_MPI" ? "/opt/mpi.so" : null)!;
        Assert.AreEqual("/opt/mpi.so", chosen.Libraries.Single());
    }

    [TestMethod]
    public void SrunWithoutPmixIsNamed()
    {
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(
            () => Launcher.Find(name => name == "SLURM_STEP_NUM_TASKS" ? "4" : null));
        StringAssert.Contains(error.Message, "srun --mpi=pmix");
    }

    [TestMethod]
    public void WhatWasTriedIsSaid()
    {
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(
            () => MpiLibrary.Load(new Launcher("mpirun", ["libnothing.so.1", "libc.so.6"])));
        StringAssert.Contains(error.Message, "mpirun has started this process as one of several");
        StringAssert.Contains(error.Message, "libnothing.so.1");
        StringAssert.Contains(error.Message, "libc.so.6");
        StringAssert.Contains(error.Message, "SSWPNAS_MPI");
    }

    [TestMethod]
    public void RowsAreSharedOutInWholePartsAndEachOnce()
    {
        foreach (int rows in (int[])[0, 1, 5, 31, 32, 33, 200])
        {
            for (int ranks = 1; ranks <= 9; ranks++)
            {
                RowShare[] shares = [.. Enumerable.Range(0, ranks).Select(rank => RowShare.Of(rows, rank, ranks))];
                Assert.AreEqual(0, shares[0].First);
                for (int rank = 1; rank < ranks; rank++) Assert.AreEqual(shares[rank - 1].End, shares[rank].First);
                Assert.AreEqual(rows, shares[^1].End);
                int[] firsts = [.. Enumerable.Range(0, BatchParts.Count(rows) + 1).Select(part => BatchParts.FirstRow(part, rows))];
                Assert.IsTrue(shares.All(share => firsts.Contains(share.First)));
            }
        }
    }

    [TestMethod]
    public void AShareWithinSomeRowsCountsFromTheFirstOfThem()
    {
        RowShare share = new(10, 20, 100);
        Assert.AreEqual(new RowShare(10, 5, 15), share.Within(0, 15));
        Assert.AreEqual(new RowShare(0, 15, 85), share.Within(15, 85));
        Assert.AreEqual(0, share.Within(30, 70).Count);
    }
}
