namespace SswpNas.MLNet.Search.Strategies;

/// <summary>An architecture and its score.</summary>
internal readonly record struct ScoredGenotype(Genotype Genotype, double Score);

/// <summary>
/// Regularised evolution (Real et al., 2019) of architectures by a score: the best of some drawn ones has a child with
/// one edge changed, and the oldest goes. Children come in groups that are scored side by side; group and seed alone decide what
/// comes, not the number of threads.
/// </summary>
internal sealed class GenotypeEvolution(TrainingFreeOptions options, RandomGenotypes genotypes, int cells, int seed)
{
    private const int GroupSize = 16;

    /// <summary>All that were scored, in the order in which they came.</summary>
    /// <param name="score">Called from several threads at once.</param>
    /// <param name="threads">How many.</param>
    /// <param name="report">Receives the number that is done.</param>
    /// <param name="token">Stops it.</param>
    public List<ScoredGenotype> Run(Func<Genotype, double> score, int threads, Action<int> report, CancellationToken token)
    {
        List<ScoredGenotype> all = new(options.Architectures);
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = threads, CancellationToken = token };
        while (all.Count < options.Architectures)
        {
            Genotype[] group = [.. Enumerable.Range(all.Count, Math.Min(GroupSize, options.Architectures - all.Count))
                .Select(number => Next(all, number))];
            double[] scores = new double[group.Length];
            Parallel.For(0, group.Length, parallel, i => scores[i] = score(group[i]));
            all.AddRange(group.Zip(scores, (genotype, value) => new ScoredGenotype(genotype, value)));
            report(all.Count);
        }

        return all;
    }

    private Genotype Next(List<ScoredGenotype> all, int number)
    {
        RandomStream random = new(seed, RandomPurpose.Genotypes, number);
        if (number < options.Population || all.Count < options.Population) return genotypes.Draw(cells, ref random);
        int first = all.Count - options.Population;
        ScoredGenotype parent = all[first + random.NextInt(options.Population)];
        for (int drawn = 1; drawn < Math.Max(2, options.Population / 4); drawn++)
        {
            ScoredGenotype other = all[first + random.NextInt(options.Population)];
            if (other.Score > parent.Score) parent = other;
        }

        return genotypes.Mutate(parent.Genotype, ref random);
    }
}
