namespace SswpNas.MLNet.Collectives;

/// <summary>What has started this process as one of several, as the environment tells.</summary>
/// <param name="Name">Its name, for messages.</param>
/// <param name="Libraries">Where its MPI may be, the likeliest first.</param>
internal sealed record Launcher(string Name, IReadOnlyList<string> Libraries)
{
    private const string Chosen = "SSWPNAS_MPI";

    private static readonly string[] _openMpi = ["libmpi.so.40", "libmpi.so.80", "libmpi.so"];
    private static readonly string[] _mpich = ["libmpich.so.12", "libmpi.so.12", "libmpich.so"];
    private static readonly string[] _standard = ["libmpi_abi.so.0", "libmpi_abi.so"];

    /// <summary>The launcher, or null where there is none.</summary>
    /// <exception cref="InvalidOperationException">Several processes were started without a way for them to meet.</exception>
    public static Launcher? Find() => Find(Environment.GetEnvironmentVariable);

    /// <param name="variable">A variable of the environment, or null.</param>
    internal static Launcher? Find(Func<string, string?> variable)
    {
        string[] chosen = variable(Chosen) is { Length: > 0 } file ? [file] : [];
        if (variable("OMPI_COMM_WORLD_SIZE") is not null) return new("Open MPI's mpirun", Or([.. _openMpi, .. _standard]));
        if (variable("PMIX_RANK") is not null) return new("a PMIx launcher", Or([.. _openMpi, .. _standard, .. _mpich]));
        if (variable("PMI_RANK") is not null || variable("PMI_FD") is not null)
            return new("a PMI launcher", Or([.. _mpich, .. _standard, .. _openMpi]));
        if (variable("SLURM_STEP_NUM_TASKS") is string tasks && int.TryParse(tasks, out int count) && count > 1)
        {
            throw new InvalidOperationException(
                $"srun has started {count} processes, but none of them is told of the others. Use srun --mpi=pmix.");
        }

        return chosen.Length > 0 ? new Launcher($"{Chosen}={chosen[0]}", chosen) : null;

        string[] Or(string[] usual) => chosen.Length > 0 ? chosen : usual;
    }
}
