using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet.Tests.Search.Strategies;

[TestClass]
public sealed class RandomGenotypeTests
{
    [TestMethod]
    public void TheSameSeedGivesTheSameAndAnotherAnother()
    {
        Assert.AreEqual(Genotype.Random(5, seed: 3), Genotype.Random(5, seed: 3));
        Assert.AreNotEqual(Genotype.Random(5, seed: 3), Genotype.Random(5, seed: 4));
        Assert.HasCount(5, Genotype.Random(5, seed: 3).Cells);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Genotype.Random(0, 1));
    }

    [TestMethod]
    public void EveryOperationAndInputIsAsLikelyWithoutALimit()
    {
        GenotypeEdge[] edges = [.. Genotype.Random(3000, seed: 1, limitSkipsAndPools: false).Cells.SelectMany(cell => cell.Edges)];
        foreach (IGrouping<CellOperation, GenotypeEdge> group in edges.GroupBy(edge => edge.Operation))
            Assert.AreEqual(1.0 / 7, group.Count() / (double)edges.Length, 0.01, $"{group.Key}");
        // The last node reads from two of five.
        foreach (IGrouping<int, GenotypeEdge> group in edges.Chunk(2).Where((_, i) => i % 4 == 3).SelectMany(e => e).GroupBy(e => e.Input))
            Assert.AreEqual(0.2, group.Count() / 6000.0, 0.02, $"input {group.Key}");
    }

    [TestMethod]
    public void WithTheLimitNoCellHasMoreThanTwoSkipsOrPools()
    {
        foreach (CellGenotype cell in Genotype.Random(2000, seed: 1).Cells)
        {
            Assert.IsLessThanOrEqualTo(2, cell.Skips);
            Assert.IsLessThanOrEqualTo(2, cell.Pools);
        }
    }

    [TestMethod]
    public void AMutationChangesOneEdgeAndKeepsTheLimit()
    {
        RandomGenotypes genotypes = new(limitSkipsAndPools: true);
        RandomStream random = new(1, RandomPurpose.Genotypes);
        Genotype one = Genotype.Random(4, seed: 1);
        HashSet<string> seen = [];
        for (int i = 0; i < 500; i++)
        {
            Genotype next = genotypes.Mutate(one, ref random);
            int kept = one.Cells.Zip(next.Cells).Sum(pair => pair.First.Edges.Chunk(2).Zip(pair.Second.Edges.Chunk(2))
                .Sum(node => node.First.Intersect(node.Second).Count()));
            Assert.AreEqual(31, kept);
            Assert.IsTrue(next.Cells.All(cell => cell is { Skips: <= 2, Pools: <= 2 }));
            seen.Add(next.ToString());
            one = next;
        }

        Assert.IsGreaterThan(400, seen.Count);
    }
}
