using System.Reflection;
using Microsoft.ML;
using SswpNas.MLNet.Options;
using SswpNas.MLNet.Tests.Data;

namespace SswpNas.MLNet.Tests.Estimators;

/// <summary>Every whole number among the options has an upper end, and what is beyond it is refused by name.</summary>
[TestClass]
public sealed class OptionLimitTests
{
    private static readonly string[] _anyNumber = ["Seed"];

    [TestMethod]
    [TestCategory("Cases")]
    public void EveryWholeNumberOfTheOptionsHasAnUpperLimit()
    {
        LongRunOptions[] all =
        [
            SearchOptions.Paper with { SkipStop = new SkipStop(), Checkpoints = new CheckpointOptions { Folder = "x" } },
            new PretrainOptions(), FineTuneOptions.Smoke, new TrainOptions(),
        ];
        int tried = 0;
        foreach (LongRunOptions options in all)
        {
            Assert.IsEmpty(options.Problems());
            foreach ((object owner, PropertyInfo property) in WholeNumbers(options))
            {
                object? before = property.GetValue(owner);
                property.SetValue(owner, int.MaxValue);
                string found = string.Join(' ', options.Problems());
                property.SetValue(owner, before);
                StringAssert.Contains(found, $"{property.Name} is {int.MaxValue}", $"{owner.GetType().Name}");
                tried++;
            }
        }

        Assert.IsGreaterThan(25, tried);
    }

    [TestMethod]
    [TestCategory("Cases")]
    public void TheNumbersOfASweepHaveUpperLimits()
    {
        SweepOptions options = new() { Folds = int.MaxValue, LabelsPerClass = [int.MaxValue] };
        string found = string.Join(' ', options.Problems(hasTest: false));
        StringAssert.Contains(found, "Folds is 2147483647; 2 to 1000");
        StringAssert.Contains(found, "LabelsPerClass is 2147483647; 1 to 1000000");
    }

    [TestMethod]
    [TestCategory("Cases")]
    [DataRow(100_000)]
    [DataRow(OptionCheck.MostThreads + 1)]
    public void ThreadsThatNoSystemGivesAreRefusedBeforeOneIsStarted(int threads)
    {
        MLContext ml = new(seed: 1);
        CountedView data = new(new Stripes().View(ml));
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(
            () => ml.SswpNas().Search(options: Tiny.Search with { Threads = threads }).Fit(data));
        StringAssert.Contains(error.Message, $"Threads is {threads}; 1 to 1024 was expected.");
        Assert.AreEqual(0, data.Rows);
    }

    private static IEnumerable<(object Owner, PropertyInfo Property)> WholeNumbers(object options)
    {
        foreach (PropertyInfo property in options.GetType().GetProperties().Where(p => p.CanWrite && !_anyNumber.Contains(p.Name)))
        {
            if (property.PropertyType == typeof(int) || property.PropertyType == typeof(int?)) yield return (options, property);
            else if (property.GetValue(options) is SkipStop or CheckpointOptions or NonFiniteSteps or SupervisedOptions or ByolOptions)
                foreach ((object, PropertyInfo) inner in WholeNumbers(property.GetValue(options)!)) yield return inner;
        }
    }
}
