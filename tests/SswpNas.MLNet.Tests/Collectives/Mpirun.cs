namespace SswpNas.MLNet.Tests.Collectives;

/// <summary>The launchers of Debian's packages openmpi-bin and mpich.</summary>
internal static class Mpirun
{
    public const string OpenMpi = "/usr/bin/mpirun.openmpi", Mpich = "/usr/bin/mpirun.mpich";

    /// <summary>Ends the test where none of these is installed.</summary>
    public static void Require(params string[] launchers)
    {
        if (!launchers.Any(File.Exists))
            Assert.Inconclusive($"There is no {string.Join(" or ", launchers)}: Debian's packages openmpi-bin and mpich have them.");
    }
}
