#!/usr/bin/env bash
#SBATCH --job-name=sswpnas
#SBATCH --ntasks=2
#SBATCH --cpus-per-task=1
#SBATCH --mem-per-cpu=2G
#SBATCH --requeue
# sbatch examples/DataParallel/slurm/job.sh [FOLDER] [OPTIONS]   from the repository's root, after a build in Release.
# A job that is requeued after a fault goes on from its last checkpoint in output/data-parallel.
srun --mpi=pmix dotnet examples/DataParallel/bin/Release/net10.0/DataParallel.dll --threads "${SLURM_CPUS_PER_TASK:-1}" "$@"
