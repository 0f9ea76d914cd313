using Microsoft.ML;
using SswpNas.MLNet.Tests.Estimators;

namespace SswpNas.MLNet.Tests.Soak;

/// <summary>A long search: <c>SSWPNAS_SOAK_STEPS</c> sets its steps.</summary>
[TestClass]
[TestCategory("Long")]
[TestCategory("Soak")]
public sealed class SearchSoakTests
{
    private const int StepsPerEpoch = 4;
    private const int Samples = 40;
    private const long MostGrowth = 24 << 20;

    [TestMethod]
    public void WhatASearchHoldsIsFlat()
    {
        int steps = Resources.Count("SSWPNAS_SOAK_STEPS", 2000);
        int interval = Math.Max(1, steps / Samples), done = 0;
        List<Resources> samples = [];
        SearchOptions options = Tiny.Search with
        {
            Epochs = steps / StepsPerEpoch,
            Threads = 2,
            ArchitectureFraction = 0.5,
            Progress = new Direct<SearchProgress>(_ =>
            {
                if (++done % interval == 0) samples.Add(Resources.Now());
            }),
        };
        MLContext ml = new(seed: 1);

        ml.SswpNas().Search(options: options).Fit(new Stripes { Count = 2 * StepsPerEpoch * options.BatchSize }.View(ml)).Dispose();

        Assert.AreEqual(steps, done);
        // Gradients and moments are made at a weight's first use, buffers at a size's: the first quarter is for those.
        Resources[] later = [.. samples.Skip(samples.Count / 4)];
        Console.WriteLine($"{steps} steps; after a quarter: {later[0]}; at the end: {later[^1]}");
        Assert.AreEqual(later.Min(s => s.Tensors), later.Max(s => s.Tensors), "live tensors");
        Assert.IsLessThanOrEqualTo(later[0].Handles + 2, later.Max(s => s.Handles), "handles");
        Assert.IsLessThanOrEqualTo(later[0].Threads + 4, later.Max(s => s.Threads), "threads");
        Assert.IsLessThan(MostGrowth, later.Max(s => s.Resident) - later[0].Resident, "resident memory");
    }
}
